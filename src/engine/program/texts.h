/* What of a run is compared: its standard output, its standard error, and files, without the lines that the campaign
 * leaves out. */
#ifndef LLTFI_ENGINE_PROGRAM_TEXTS_H
#define LLTFI_ENGINE_PROGRAM_TEXTS_H

#include "engine/program/subject.h"

/* The compared texts: the two streams, then the files. */
enum { STANDARD_OUTPUT, STANDARD_ERROR, FILES };

struct text {
    const char *bytes; /* NULL: missing */
    size_t size;
    const struct dropped *dropped; /* what comes after these bytes; NULL: nothing */
};

/* Compiles the patterns of lines that are left out. */
gboolean texts_prepare(struct program_subject *subject, GError **error);

guint texts_count(const struct program_subject *subject);
const char *text_name(const struct program_subject *subject, guint i);
gboolean text_is_compared(const struct program_subject *subject, guint i);
/* Of a run. It belongs to the result. */
struct text text_of(const struct run_result *result, guint i);

/* Whether a run left something that is compared: bytes that are not left out, or an empty file. */
gboolean texts_are_there(const struct program_subject *subject, const struct run_result *result);
/* Whether all compared texts of two runs are the same, byte by byte. */
gboolean texts_same(const struct program_subject *subject, const struct run_result *a, const struct run_result *b);
/* Whether those of a trial's run are the same as the golden run's up to the numbers' tolerances, and all other words
 * are. Raises the trial's deviation. */
gboolean texts_within_tolerance(const struct program_subject *subject, const struct run_result *result,
                                struct trial *trial);

#endif
