/* One instantiation of KERNEL_FILE for the T that kernel.h has just defined. No guard: it is included once for each
 * type. */
#if FAST
#define LANES ((int)(VECTOR_BYTES / sizeof(ACC)))
#else
#define LANES 1
#endif
#include KERNEL_FILE
#undef T
#undef T_NAME
#undef T_ELEMENT
#undef T_FLOATING
#undef T_SIGNED
#undef ACC
#undef LANES
