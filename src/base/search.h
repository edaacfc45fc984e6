/* Binary search in arrays of structs. */
#ifndef LLTFI_BASE_SEARCH_H
#define LLTFI_BASE_SEARCH_H

#include <glib.h>

#include <stddef.h>

/*
 * The place of the last struct whose `field`, an unsigned number by which the array is in ascending order, is at most
 * `value`; 0 where there is none. As in: the function that an instruction belongs to, by the functions' first numbers.
 */
#define ARRAY_FIND_LAST(array, type, field, value) \
    array_find_last(array, offsetof(type, field), sizeof(((type *)0)->field), value)

guint array_find_last(const GArray *array, size_t offset, size_t width, guint64 value);

#endif
