#include "ops/elementwise.h"

FORMULA_OPERATOR(Erf, erf, 9, ELEMENTS_NUMERIC, 1)
