/* Changes to a model that keep it a valid message: other operators, attributes, extents, element types, edges. */
#ifndef LLTFI_TESTS_MUTATE_H
#define LLTFI_TESTS_MUTATE_H

#include "base/random.h"

#include <glib.h>

/* Changes the model in place and returns its new size; 0: the bytes are not a model, or the result is too large. */
size_t mutate_model(guint8 *data, size_t size, size_t max_size, struct random *random);

#endif
