/* How Cast stores an ACC as an element of type p->to. No guard: it is included once for each type. */
#if T_FLOATING
#define INTEGER(type, least, most, limit) TO_INTEGER(value, type, least, most, limit)
#define LOW_BITS(bits) TO_INTEGER(value, uint8_t, 0, (1 << (bits)) - 1, (ACC)(1 << (bits)))
#define SIGNED_LOW_BITS(bits) \
    TO_INTEGER(value, int8_t, -(1 << ((bits) - 1)), (1 << ((bits) - 1)) - 1, (ACC)(1 << ((bits) - 1)))
#else
#define INTEGER(type, least, most, limit) (type) value
#define LOW_BITS(bits) ((unsigned)value & ((1u << (bits)) - 1))
#define SIGNED_LOW_BITS(bits) ((int8_t)(uint8_t)((unsigned)value << (8 - (bits))) >> (8 - (bits)))
#endif

INLINE void NAME(cast_store)(const struct cast *p, void *y, int64_t i, const ACC value)
{
    switch (p->to) {
    case NUMBER_FLOAT:
        ((float *)y)[i] = (float)value;
        break;
    case NUMBER_DOUBLE:
        ((double *)y)[i] = (double)value;
        break;
    case NUMBER_FLOAT16:
#if T_FLOATING
        ((_Float16 *)y)[i] = (_Float16)value;
#else
        ((_Float16 *)y)[i] = (_Float16)(float)value;
#endif
        break;
    case NUMBER_BFLOAT16:
        ((__bf16 *)y)[i] = round_bfloat16((float)value);
        break;
    case NUMBER_BOOL:
        ((bool *)y)[i] = value != 0;
        break;
    case NUMBER_INT8:
        ((int8_t *)y)[i] = INTEGER(int8_t, INT8_MIN, INT8_MAX, 0x1p7f);
        break;
    case NUMBER_INT16:
        ((int16_t *)y)[i] = INTEGER(int16_t, INT16_MIN, INT16_MAX, 0x1p15f);
        break;
    case NUMBER_INT32:
        ((int32_t *)y)[i] = INTEGER(int32_t, INT32_MIN, INT32_MAX, 0x1p31f);
        break;
    case NUMBER_INT64:
        ((int64_t *)y)[i] = INTEGER(int64_t, INT64_MIN, INT64_MAX, 0x1p63f);
        break;
    case NUMBER_UINT8:
        ((uint8_t *)y)[i] = INTEGER(uint8_t, 0, UINT8_MAX, 0x1p8f);
        break;
    case NUMBER_UINT16:
        ((uint16_t *)y)[i] = INTEGER(uint16_t, 0, UINT16_MAX, 0x1p16f);
        break;
    case NUMBER_UINT32:
        ((uint32_t *)y)[i] = INTEGER(uint32_t, 0, UINT32_MAX, 0x1p32f);
        break;
    case NUMBER_UINT64:
        ((uint64_t *)y)[i] = INTEGER(uint64_t, 0, UINT64_MAX, 0x1p64f);
        break;
    case NUMBER_UINT4:
        ((uint8_t *)y)[i] = (uint8_t)LOW_BITS(4);
        break;
    case NUMBER_UINT2:
        ((uint8_t *)y)[i] = (uint8_t)LOW_BITS(2);
        break;
    case NUMBER_INT4:
        ((int8_t *)y)[i] = (int8_t)SIGNED_LOW_BITS(4);
        break;
    case NUMBER_INT2:
        ((int8_t *)y)[i] = (int8_t)SIGNED_LOW_BITS(2);
        break;
    case NUMBER_FLOAT8E8M0:
        ((uint8_t *)y)[i] = power_encode((float)value, p->saturate, p->rounding);
        break;
    default:
        ((uint8_t *)y)[i] = small_encode(p->to, (float)value, p->saturate);
        break;
    }
}

#undef INTEGER
#undef LOW_BITS
#undef SIGNED_LOW_BITS
