#include "ops/reduce.h"

REDUCE_OPERATOR(ReduceMean, reducemean, REDUCE_WIDE, 18)
