#include "passes/ir/index.h"

#include "passes/select/sites.h"

#include <string.h>

void instruction_mark_index(LLVMValueRef instruction, uint64_t index)
{
    unsigned kind = LLVMGetMDKindIDInContext(ir_context(), "llfi_index", strlen("llfi_index"));
    LLVMMetadataRef number = LLVMValueAsMetadata(LLVMConstInt(LLVMInt64TypeInContext(ir_context()), index, FALSE));

    LLVMSetMetadata(instruction, kind,
                    LLVMMetadataAsValue(ir_context(), LLVMMDNodeInContext2(ir_context(), &number, 1)));
}

unsigned module_mark_indices(LLVMModuleRef module)
{
    unsigned index = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *all = function_instructions(f, &n);

        for (size_t i = 0; i < n; i++)
            instruction_mark_index(all[i], ++index);
    }
    return index;
}
