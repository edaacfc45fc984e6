#include "ops/elementwise.h"

FORMULA_OPERATOR(Reciprocal, reciprocal, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
