#include "base/faults.h"

const struct fault_model fault_models[FAULT_TYPES] = {
#define FAULT(NAME, name, SCOPE, effect) { name, SCOPE_##SCOPE, effect },
#include "base/faults.def"
};
