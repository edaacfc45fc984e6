#include "ops/elementwise.h"

FORMULA_OPERATOR(Abs, abs, OLDEST_OPSET, ELEMENTS_NUMERIC, 1)
