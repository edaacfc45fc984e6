#include "ops/reduce.h"

REDUCE_OPERATOR(ReduceMax, reducemax, ELEMENTS_NUMERIC | ELEMENT_BIT(ELEMENT_BOOL), 18)
