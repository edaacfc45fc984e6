#include "base/errors.h"

G_DEFINE_QUARK(lltfi - error - quark, lltfi_error)
