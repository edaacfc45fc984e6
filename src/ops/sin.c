#include "ops/elementwise.h"

FORMULA_OPERATOR(Sin, sin, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
