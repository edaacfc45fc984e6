#define KERNEL_FILE "clip.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "clip.h"
#include "runs.h"

#ifdef T

INLINE ACC NAME(clipped)(const struct elementwise *p, const void *const *in, ACC a)
{
    if (p->mode & CLIP_ATTRIBUTES) {
        ACC least = (ACC)p->alpha, most = (ACC)p->beta;

        return SMALLER(LARGER(a, least), most);
    }
    if (p->mode & CLIP_MIN) {
        ACC least = WIDEN(((const T *)in[1])[0]);

        a = LARGER(a, least);
    }
    if (p->mode & CLIP_MAX) {
        ACC most = WIDEN(((const T *)in[2])[0]);

        a = SMALLER(a, most);
    }
    return a;
}

/* y = min(max(a, least), most): `most` if least > most, NaN if one of the three is. */
UNARY(clip, NAME(clipped)(p, in, a))

#endif
