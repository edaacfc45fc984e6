#include "ops/elementwise.h"

FORMULA_OPERATOR(Floor, floor, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
