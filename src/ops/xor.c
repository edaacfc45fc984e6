#include "ops/elementwise.h"

COMPARISON_OPERATOR(Xor, xor, OLDEST_OPSET, ELEMENT_BIT(ELEMENT_BOOL), 2)
