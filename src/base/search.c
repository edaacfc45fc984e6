#include "base/search.h"

static guint64 number_at(const GArray *array, guint i, size_t offset, size_t width)
{
    const char *at = array->data + (size_t)i * g_array_get_element_size((GArray *)array) + offset;

    return width == sizeof(guint64) ? *(const guint64 *)(const void *)at : *(const guint32 *)(const void *)at;
}

guint array_find_last(const GArray *array, size_t offset, size_t width, guint64 value)
{
    guint low = 0, high = array->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (number_at(array, middle, offset, width) <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}
