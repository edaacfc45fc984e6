#include "ops/reduce.h"

ARGUMENT_OPERATOR(ArgMax, argmax)
