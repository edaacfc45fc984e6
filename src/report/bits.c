#include "report/bits.h"

#include <string.h>

static const struct {
    const char *name;
    unsigned width;
    unsigned mantissa; /* bits of it */
} float_types[] = {
    { "half", 16, 10 },    { "float16", 16, 10 }, { "bfloat", 16, 7 },
    { "bfloat16", 16, 7 }, { "float", 32, 23 },   { "double", 64, 52 },
};

static const char *const conversions[] = { "fptosi", "fptoui", "sitofp", "uitofp", "bitcast", "ptrtoint", "inttoptr" };

/* Bits of the type that a word names; 0: the word is not a type. */
static unsigned word_width(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(float_types); i++)
        if (strcmp(word, float_types[i].name) == 0)
            return float_types[i].width;
    if (strcmp(word, "ptr") == 0)
        return 64;
    if (word[0] == 'i' && g_ascii_isdigit(word[1]))
        return (unsigned)g_ascii_strtoull(word + 1, NULL, 10);
    return 0;
}

static gboolean is_one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return TRUE;
    return FALSE;
}

/* The types of the given width in an instruction's text, in order; names (%x, @f, !3) are not types. */
static GPtrArray *types_of_width(char **words, unsigned width)
{
    GPtrArray *types = g_ptr_array_new();

    for (char **word = words; *word; word++)
        if (word_width(*word) == width)
            g_ptr_array_add(types, *word);
    return types;
}

/*
 * Which of the types of a width belongs to a position: operands come in the text's order, the destination's type comes
 * first, but last in conversions ("sitofp i64 %1 to double"); a load's operand is the pointer after its result's type.
 */
static guint choose(char **words, guint count, int position)
{
    gboolean is_conversion = FALSE, is_load = FALSE;

    for (char **word = words; *word; word++) {
        is_conversion |= is_one_of(*word, conversions, G_N_ELEMENTS(conversions));
        is_load |= strcmp(*word, "load") == 0;
    }
    if (position == 0)
        return is_conversion ? count - 1 : 0;
    if (is_conversion)
        return 0;
    return is_load ? count - 1 : MIN((guint)position, count) - 1;
}

const char *register_type(const char *text, int position, unsigned width)
{
    g_auto(GStrv) words = g_strsplit_set(text ? text : "", " ,()[]<>*=", -1);
    g_autoptr(GPtrArray) types = types_of_width(words, width);
    char name[32];

    if (types->len > 0)
        return g_intern_string(g_ptr_array_index(types, choose(words, types->len, position)));
    g_snprintf(name, sizeof(name), width == 1 ? "i%u" : "%u bits", width);
    return g_intern_string(name);
}

const char *bit_field(const char *type, unsigned bit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(float_types); i++) {
        if (strcmp(type, float_types[i].name) != 0)
            continue;
        if (bit < float_types[i].mantissa)
            return "mantissa";
        return bit == float_types[i].width - 1 ? "sign" : "exponent";
    }
    return "";
}

void bit_group(const char *type, unsigned width, unsigned bit, unsigned *low, unsigned *high)
{
    unsigned size = type[0] == 'i' || type[0] == 'u' || strcmp(type, "ptr") == 0 ? 8 : 32;

    *low = *high = bit;
    for (size_t i = 0; i < G_N_ELEMENTS(float_types); i++) {
        if (strcmp(type, float_types[i].name) != 0)
            continue;
        if (bit < float_types[i].mantissa) {
            *low = 0;
            *high = float_types[i].mantissa - 1;
        }
        return;
    }
    if (width <= 8)
        return;
    *low = bit / size * size;
    *high = MIN(*low + size, width) - 1;
}
