#include "ops/reduce.h"

ARGUMENT_OPERATOR(ArgMin, argmin)
