#include "ops/elementwise.h"

FORMULA_OPERATOR(Atan, atan, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
