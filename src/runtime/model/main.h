/* How the runtime's main() sees a model that was compiled to a program. */
#ifndef LLTFI_RUNTIME_MODEL_MAIN_H
#define LLTFI_RUNTIME_MODEL_MAIN_H

#include "base/box.h"

struct model_port {
    const char *name;
    int32_t type; /* enum element */
    int32_t rank;
    int64_t dims[MAX_RANK];
    int64_t element_size;
    int64_t count;
};

extern const struct model_port lltfi_inputs[], lltfi_outputs[];
extern const int64_t lltfi_inputs_count, lltfi_outputs_count;

void lltfi_main_graph(void *const *inputs, void *const *outputs);

/* runtime/model/main.c as LLVM bitcode, in the tool. */
extern const unsigned char runtime_model_bitcode[], runtime_model_bitcode_end[];

#endif
