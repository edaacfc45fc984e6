/* Explicit vectors of LANES elements for a kernel's fast form. No guard: it is included once for each type. */
typedef ACC NAME(vector) __attribute__((vector_size(VECTOR_BYTES)));

/* LANES elements, at any address. */
INLINE NAME(vector) NAME(load)(const T *from)
{
#if T_ELEMENT == 16
    typedef uint16_t half __attribute__((vector_size(LANES * sizeof(uint16_t)), aligned(1)));
    typedef uint32_t word __attribute__((vector_size(VECTOR_BYTES)));

    return (NAME(vector))(__builtin_convertvector(*(const half *)from, word) << 16);
#else
    typedef T elements __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));

    return __builtin_convertvector(*(const elements *)from, NAME(vector));
#endif
}
