#include "ops/elementwise.h"

FORMULA_OPERATOR(Log, log, OLDEST_OPSET, ELEMENTS_FLOATING, 1)
