#include "ops/elementwise.h"

COMPARISON_OPERATOR(LessOrEqual, lessorequal, 12, ELEMENTS_NUMERIC, 2)
