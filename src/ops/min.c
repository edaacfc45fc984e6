#include "ops/elementwise.h"

ELEMENTWISE_OPERATOR(Min, min, OLDEST_OPSET, ELEMENTS_NUMERIC, 1, -1, lower_formula(node, "min", 0, 0, error))
