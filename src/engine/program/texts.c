#include "engine/program/texts.h"

#include "base/setting_name.h"

#include <math.h>
#include <string.h>

static struct text stream_text(const struct run_result *result, guint stream)
{
    const GByteArray *kept = stream == STANDARD_OUTPUT ? result->output : result->messages;

    return (struct text){ kept->data ? (const char *)kept->data : "", kept->len, &result->dropped[stream] };
}

struct text text_of(const struct run_result *result, guint i)
{
    GBytes *file;
    const char *bytes;
    gsize size;

    if (i < FILES)
        return stream_text(result, i);
    file = result->files->pdata[i - FILES];
    if (!file)
        return (struct text){ 0 };
    bytes = g_bytes_get_data(file, &size);
    return (struct text){ bytes ? bytes : "", size, NULL };
}

guint texts_count(const struct program_subject *subject)
{
    return FILES + subject->golden->files->len;
}

const char *text_name(const struct program_subject *subject, guint i)
{
    return i == STANDARD_OUTPUT  ? "standard output"
           : i == STANDARD_ERROR ? "standard error"
                                 : subject->golden->names->pdata[i - FILES];
}

static gboolean same_dropped(const struct dropped *a, const struct dropped *b)
{
    return !a || !b ||
           (a->size == b->size &&
            (a->size == 0 || strcmp(g_checksum_get_string(a->hash), g_checksum_get_string(b->hash)) == 0));
}

static gboolean same_text(struct text a, struct text b)
{
    if (!a.bytes || !b.bytes)
        return !a.bytes && !b.bytes;
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0 && same_dropped(a.dropped, b.dropped);
}

gboolean text_is_compared(const struct program_subject *subject, guint i)
{
    return i != STANDARD_ERROR || !subject->base.campaign->program.ignores_messages;
}

gboolean texts_prepare(struct program_subject *subject, GError **error)
{
    const GPtrArray *ignore = subject->base.campaign->program.ignore;

    subject->ignored = g_ptr_array_new_with_free_func((GDestroyNotify)g_regex_unref);
    for (guint i = 0; i < ignore->len; i++) {
        GRegex *pattern = g_regex_new(ignore->pdata[i], G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, error);

        if (!pattern) {
            g_prefix_error(error, "%s: ", setting_name("ignore"));
            return FALSE;
        }
        g_ptr_array_add(subject->ignored, pattern);
    }
    return TRUE;
}

static gboolean is_ignored(const struct program_subject *subject, const char *line, size_t length)
{
    for (guint i = 0; i < subject->ignored->len; i++)
        if (g_regex_match_full(subject->ignored->pdata[i], line, (gssize)length, 0, 0, NULL, NULL))
            return TRUE;
    return FALSE;
}

/* The lines that are compared, as a text in `kept`. */
static struct text without_ignored(const struct program_subject *subject, struct text text, GString *kept)
{
    if (!text.bytes)
        return text;
    for (size_t at = 0; at < text.size;) {
        const char *line = text.bytes + at, *end = memchr(line, '\n', text.size - at);
        size_t length = end ? (size_t)(end - line) : text.size - at;

        if (!is_ignored(subject, line, length))
            g_string_append_len(kept, line, (gssize)(end ? length + 1 : length));
        at += length + 1;
    }
    return (struct text){ kept->str, kept->len, text.dropped };
}

gboolean texts_are_there(const struct program_subject *subject, const struct run_result *result)
{
    for (guint i = 0; i < texts_count(subject); i++) {
        g_autoptr(GString) kept = g_string_new(NULL);
        struct text text = text_of(result, i);

        if (!text_is_compared(subject, i))
            continue;
        if (i >= FILES && text.size == 0)
            return TRUE;
        if (without_ignored(subject, text, kept).size > 0 || (text.dropped && text.dropped->size > 0))
            return TRUE;
    }
    return FALSE;
}

/* Two texts that differ, without the lines that are left out. */
struct text_pair {
    struct text a, b;
    GString *kept[2];
};

static void text_pair_clear(struct text_pair *pair)
{
    g_string_free(pair->kept[0], TRUE);
    g_string_free(pair->kept[1], TRUE);
}

/* FALSE: they do not differ, and there is nothing to clear. */
static gboolean take_differing(const struct program_subject *subject, const struct run_result *a,
                               const struct run_result *b, guint i, struct text_pair *pair)
{
    *pair = (struct text_pair){ .a = text_of(a, i), .b = text_of(b, i) };
    if (!text_is_compared(subject, i) || same_text(pair->a, pair->b))
        return FALSE;
    for (int t = 0; t < 2; t++)
        pair->kept[t] = g_string_new(NULL);
    if (subject->ignored->len == 0)
        return TRUE;
    pair->a = without_ignored(subject, pair->a, pair->kept[0]);
    pair->b = without_ignored(subject, pair->b, pair->kept[1]);
    if (!same_text(pair->a, pair->b))
        return TRUE;
    text_pair_clear(pair);
    return FALSE;
}

gboolean texts_same(const struct program_subject *subject, const struct run_result *a, const struct run_result *b)
{
    struct text_pair pair;

    for (guint i = 0; i < texts_count(subject); i++)
        if (take_differing(subject, a, b, i, &pair)) {
            text_pair_clear(&pair);
            return FALSE;
        }
    return TRUE;
}

/* A line in a form that messages can show. */
static char *shown_line(const char *line, size_t left)
{
    const char *end = memchr(line, '\n', left);
    g_autofree char *copy = g_strndup(line, MIN(end ? (size_t)(end - line) : left, 60));
    char *valid = g_utf8_make_valid(copy, -1);

    for (char *c = valid; *c; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    return valid;
}

static char *text_difference(const char *name, struct text a, struct text b)
{
    g_autofree char *one = NULL, *other = NULL;
    size_t at = 0, line = 0, number = 1;

    if (!a.bytes || !b.bytes)
        return g_strdup_printf("%s: written in one run, missing in the other", name);
    while (at < a.size && at < b.size && a.bytes[at] == b.bytes[at]) {
        if (a.bytes[at++] != '\n')
            continue;
        number++;
        line = at;
    }
    one = shown_line(a.bytes + line, a.size - line);
    other = shown_line(b.bytes + line, b.size - line);
    return g_strdup_printf("%s, line %zu: '%s' and '%s'", name, number, one, other);
}

char *run_difference(const struct program_subject *subject, const struct run_result *a, const struct run_result *b)
{
    if (a->status != b->status) {
        g_autofree char *one = status_text(a->status), *other = status_text(b->status);

        return g_strdup_printf("%s and %s", one, other);
    }
    for (guint i = 0; i < texts_count(subject); i++) {
        struct text_pair pair;
        char *difference;

        if (!take_differing(subject, a, b, i, &pair))
            continue;
        difference = text_difference(text_name(subject, i), pair.a, pair.b);
        text_pair_clear(&pair);
        return difference;
    }
    return NULL;
}

/* The next word, without separators; FALSE if there is none. */
static gboolean next_word(struct text *text, struct text *word)
{
    static const char separators[] = " \t\r\n,;:=()[]{}";
    size_t skipped = 0, length = 0;

    while (skipped < text->size && memchr(separators, text->bytes[skipped], sizeof(separators)))
        skipped++;
    while (skipped + length < text->size && !memchr(separators, text->bytes[skipped + length], sizeof(separators)))
        length++;
    *word = (struct text){ .bytes = text->bytes + skipped, .size = length };
    text->bytes += skipped + length;
    text->size -= skipped + length;
    return length > 0;
}

static gboolean read_number(struct text word, double *number)
{
    char copy[64], *end;

    if (word.size >= sizeof(copy))
        return FALSE;
    memcpy(copy, word.bytes, word.size);
    copy[word.size] = '\0';
    *number = g_ascii_strtod(copy, &end);
    return *end == '\0';
}

/* Whether all numbers differ by at most the tolerance and all other words are equal. Updates the trial's deviation. */
static gboolean within_tolerance(const struct outcome_option *option, struct text golden, struct text faulty,
                                 struct trial *trial)
{
    gboolean within = golden.bytes && faulty.bytes;
    struct text before, after;

    while (within) {
        gboolean more = next_word(&golden, &before);
        double a, b, distance;

        if (next_word(&faulty, &after) != more)
            return FALSE;
        if (!more)
            break;
        if (same_text(before, after))
            continue;
        if (!read_number(before, &a) || !read_number(after, &b))
            return FALSE;
        distance = fabs(a - b);
        trial->deviation = distance > trial->deviation || isnan(distance) ? distance : trial->deviation;
        within = distance <= option->absolute_tolerance + option->relative_tolerance * fabs(a);
    }
    return within;
}

gboolean texts_within_tolerance(const struct program_subject *subject, const struct run_result *result,
                                struct trial *trial)
{
    for (guint i = 0; i < texts_count(subject); i++) {
        struct text_pair pair;
        gboolean within;

        if (!take_differing(subject, subject->golden, result, i, &pair))
            continue;
        within = within_tolerance(&subject->base.campaign->outcome, pair.a, pair.b, trial);
        text_pair_clear(&pair);
        if (!within)
            return FALSE;
    }
    return TRUE;
}
