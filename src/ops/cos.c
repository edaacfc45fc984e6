#include "ops/elementwise.h"

FORMULA_OPERATOR(Cos, cos, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
