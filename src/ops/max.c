#include "ops/elementwise.h"

ELEMENTWISE_OPERATOR(Max, max, OLDEST_OPSET, ELEMENTS_NUMERIC, 1, -1, lower_formula(node, "max", 0, 0, error))
