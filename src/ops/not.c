#include "ops/elementwise.h"

COMPARISON_OPERATOR(Not, not, OLDEST_OPSET, ELEMENT_BIT(ELEMENT_BOOL), 1)
