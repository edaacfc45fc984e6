#include "ops/elementwise.h"

FORMULA_OPERATOR(Div, div, OLDEST_OPSET, ELEMENTS_NUMERIC, 2)
