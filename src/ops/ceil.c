#include "ops/elementwise.h"

FORMULA_OPERATOR(Ceil, ceil, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
