#include "ops/elementwise.h"

FORMULA_OPERATOR(Sigmoid, sigmoid, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
