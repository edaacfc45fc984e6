/* LLVM for the other passes: the one context, the host's target machine, and layers as LLVM modules. */
#ifndef LLTFI_PASSES_IR_IR_H
#define LLTFI_PASSES_IR_IR_H

#include "lltfi.h"

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>

/* The compiled forms of a layer. All give the same bits for every box. */
enum form {
    FORM_FAST,   /* optimized, vectorized over output elements: golden runs and everything around the struck layer */
    FORM_SCALAR, /* scalar SSA without instrumentation: the instrumented forms are made from it */
    FORM_FAULT,  /* scalar with countdowns and armed blocks */
    FORM_COUNT,  /* scalar with block counters */
    FORM_TRACE,  /* scalar, every value recorded */
    FORM_GRAIN,  /* as fault, for a run of one grain: the countdown begins with it */
    FORM_MARK,   /* scalar, reports which selected instructions belong to which grain */
    FORM_COUNT_OF_FORMS
};
extern const char *const form_names[FORM_COUNT_OF_FORMS];

LLVMContextRef ir_context(void);
/* A new one, when all modules of the old one are gone. What a module is written as depends on the names that its
 * context knows, so each subject needs its own to be recognized again. */
void ir_context_renew(void);
LLVMTargetMachineRef ir_target_machine(void);
LLVMTargetDataRef ir_data_layout(void);

/* The name of the processor that code is generated for, and its features: part of the key of cached code. */
const char *ir_target_description(void);

/* Disposes the message and sets a LLTFI_ERROR_COMPILE error. Returns FALSE. */
gboolean ir_error(GError **error, const char *what, char *llvm_message);

/* Runs a pipeline in the syntax of `opt -passes=`. */
gboolean ir_run_passes(LLVMModuleRef module, const char *passes, GError **error);
gboolean ir_verify(LLVMModuleRef module, const char *after, GError **error);

/* Replaces the processor that clang wrote into every function by the one that code is generated for. */
void ir_drop_target_attributes(LLVMModuleRef module);

LLVMMemoryBufferRef ir_emit_object(LLVMModuleRef module, GError **error);

/* The function that the engine calls in a layer's module. */
#define LAYER_ENTRY "lltfi_entry" /* void (ptr inputs, ptr outputs, ptr box) */

/*
 * A module with a function named as the layer, void (ptr input..., ptr output..., ptr box), absent optional ones left
 * out, which calls the layer's kernel. Form is FORM_FAST or FORM_SCALAR. pipeline_layer makes code of it.
 */
LLVMModuleRef layer_module(const struct model *model, const struct layer *layer, enum form form, GError **error);

/* Adds LAYER_ENTRY, which takes the pointers from arrays in ONNX order and calls the layer's function. */
void layer_add_entry(LLVMModuleRef module, const struct layer *layer);

/* The layer's function in its module. */
LLVMValueRef layer_function(LLVMModuleRef module);

/* Removes the flags of integer and address arithmetic by which its result may be poison, such as nsw and inbounds. */
void ir_drop_flags(LLVMValueRef instruction);

#endif
