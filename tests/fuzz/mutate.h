/* Changes to a model that leave it one: other operators, attributes, extents, element types, edges. */
#ifndef LLTFI_TESTS_MUTATE_H
#define LLTFI_TESTS_MUTATE_H

#include "base/random.h"

#include <glib.h>

/* Changes the model in place; 0 where the bytes are no model or the result has no room. */
size_t mutate_model(guint8 *data, size_t size, size_t max_size, struct random *random);

#endif
