#include "ops/elementwise.h"

FORMULA_OPERATOR(Sign, sign, 9, ELEMENTS_NUMERIC, 1)
