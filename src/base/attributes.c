#include "base/attributes.h"

#include <string.h>

#define FUNCTION ((LLVMAttributeIndex)LLVMAttributeFunctionIndex)

static unsigned kind_of(const char *name)
{
    return LLVMGetEnumAttributeKindForName(name, strlen(name));
}

static void add(LLVMValueRef function, LLVMAttributeIndex place, const char *name)
{
    LLVMContextRef context = LLVMGetModuleContext(LLVMGetGlobalParent(function));

    LLVMAddAttributeAtIndex(function, place, LLVMCreateEnumAttribute(context, kind_of(name), 0));
}

gboolean function_has_attribute(LLVMValueRef function, const char *name)
{
    return LLVMGetEnumAttributeAtIndex(function, FUNCTION, kind_of(name)) != NULL;
}

void function_add_attribute(LLVMValueRef function, const char *name)
{
    add(function, FUNCTION, name);
}

void function_remove_attribute(LLVMValueRef function, const char *name)
{
    LLVMRemoveEnumAttributeAtIndex(function, FUNCTION, kind_of(name));
}

void parameter_add_attribute(LLVMValueRef function, unsigned parameter, const char *name)
{
    add(function, parameter + 1, name);
}
