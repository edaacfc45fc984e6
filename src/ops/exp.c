#include "ops/elementwise.h"

FORMULA_OPERATOR(Exp, exp, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
