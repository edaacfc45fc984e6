#include "ops/elementwise.h"

FORMULA_OPERATOR(Add, add, OLDEST_OPSET, ELEMENTS_NUMERIC, 2)
