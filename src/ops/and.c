#include "ops/elementwise.h"

COMPARISON_OPERATOR(And, and, OLDEST_OPSET, ELEMENT_BIT(ELEMENT_BOOL), 2)
