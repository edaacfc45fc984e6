#include "ops/elementwise.h"

COMPARISON_OPERATOR(GreaterOrEqual, greaterorequal, 12, ELEMENTS_NUMERIC, 2)
