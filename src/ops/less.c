#include "ops/elementwise.h"

COMPARISON_OPERATOR(Less, less, OLDEST_OPSET, ELEMENTS_NUMERIC, 2)
