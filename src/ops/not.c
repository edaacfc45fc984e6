#include "ops/elementwise.h"

COMPARISON_OPERATOR(Not, not, 1, ELEMENT_BIT(ELEMENT_BOOL), 1)
