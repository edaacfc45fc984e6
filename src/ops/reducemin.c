#include "ops/reduce.h"

REDUCE_OPERATOR(ReduceMin, reducemin, ELEMENTS_NUMERIC | ELEMENT_BIT(ELEMENT_BOOL), 18)
