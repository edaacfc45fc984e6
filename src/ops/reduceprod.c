#include "ops/reduce.h"

REDUCE_OPERATOR(ReduceProd, reduceprod, REDUCE_WIDE, 18)
