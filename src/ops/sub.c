#include "ops/elementwise.h"

FORMULA_OPERATOR(Sub, sub, OLDEST_OPSET, ELEMENTS_NUMERIC, 2)
