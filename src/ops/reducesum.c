#include "ops/reduce.h"

REDUCE_OPERATOR(ReduceSum, reducesum, REDUCE_WIDE, 13)
