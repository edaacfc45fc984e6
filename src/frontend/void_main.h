#ifndef LLTFI_FRONTEND_VOID_MAIN_H
#define LLTFI_FRONTEND_VOID_MAIN_H

#include <llvm-c/Core.h>

/* Makes `void main()` of a module `int main()` that returns 0. Other mains stay as they are. */
void void_main_returns(LLVMModuleRef module);

#endif
