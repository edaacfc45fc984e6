#include "report/trial/fault_text.h"

#include "config/campaign.h"
#include "report/bits.h"

#include <string.h>

/* The element type that a register of this LLVM type holds; ELEMENT_UNDEFINED: no floating-point number. */
static enum element register_element(const char *type)
{
    static const struct {
        const char *name;
        enum element element;
    } types[] = {
        { "float", ELEMENT_FLOAT },
        { "double", ELEMENT_DOUBLE },
        { "half", ELEMENT_FLOAT16 },
        { "bfloat", ELEMENT_BFLOAT16 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(type, types[i].name) == 0)
            return types[i].element;
    return ELEMENT_UNDEFINED;
}

/* "0.25 (0x3e800000)". */
char *fault_register_text(const char *type, const uint64_t value[2], unsigned width)
{
    enum element element = register_element(type);
    struct tensor view = { .type = element, .count = 1, .size = element_size(element), .data = (void *)value };
    int digits = (int)(MIN(width, 64) + 3) / 4;

    if (element != ELEMENT_UNDEFINED)
        return g_strdup_printf("%.9g (0x%0*" G_GINT64_MODIFIER "x)", tensor_element_as_double(&view, 0), digits,
                               value[0]);
    if (width > 64)
        return g_strdup_printf("0x%" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", value[1], value[0]);
    return g_strdup_printf("0x%0*" G_GINT64_MODIFIER "x", digits, value[0]);
}

char *fault_bits_text(const struct injection *injection)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int n = 0;

    for (int bit = 127; bit >= 0; bit--)
        if (injection->mask[bit / 64] >> (bit % 64) & 1)
            g_string_append_printf(text, "%s%d", n++ > 0 ? ", " : "", bit);
    if (n == 0)
        return g_strdup_printf("bit %u", injection->bit);
    return g_strdup_printf("bit%s %s", n > 1 ? "s" : "", text->str);
}

const char *fault_register_type(const struct site *site, const struct injection *injection)
{
    return register_type(site->text, site->registers[injection->reg_index].position, injection->width);
}

void add_register_fault(struct sheet *facts, const struct site *site, const struct injection *injection,
                        const char *fault, const char *place)
{
    const char *type = fault_register_type(site, injection), *field = bit_field(type, injection->bit);
    int position = site->registers[injection->reg_index].position;
    g_autofree char *bits = fault_bits_text(injection);
    g_autofree char *before = fault_register_text(type, injection->old_value, injection->width);
    g_autofree char *after = fault_register_text(type, injection->new_value, injection->width);
    g_autofree char *where = position == 0 ? g_strdup("the result") : g_strdup_printf("operand %d", position);
    g_autofree char *code = g_strstrip(g_strdup(site->text));
    g_autofree char *named = *field ? g_strdup_printf(" (%s)", field) : g_strdup("");
    g_autofree char *what = names_software_fault(fault) ? g_strdup_printf("%s in", fault)
                                                        : g_strdup_printf("%s, %s%s of", fault, bits, named);
    g_autofree char *change = g_strdup_printf("%s %s (%s)\n%s became %s", what, where, type, before, after);
    g_autofree char *at = g_strdup_printf("%s\ninstruction %u%s", code, site->index, place);

    fact_text(facts, "fault", NULL, change);
    fact_text(facts, "at", NULL, at);
}
