#include "ops/elementwise.h"

COMPARISON_OPERATOR(Greater, greater, OLDEST_OPSET, ELEMENTS_NUMERIC, 2)
