#include "ops/elementwise.h"

FORMULA_OPERATOR(Tanh, tanh, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
