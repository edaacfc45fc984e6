#include "ops/elementwise.h"

FORMULA_OPERATOR(Sqrt, sqrt, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
