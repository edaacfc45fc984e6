#include "ops/elementwise.h"

FORMULA_OPERATOR(Mul, mul, OLDEST_OPSET, ELEMENTS_NUMERIC, 2)
