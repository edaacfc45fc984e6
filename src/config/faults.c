/* Names of faults: faults in registers, and LLFI's software faults, which need a C or C++ program. */
#include "config/campaign.h"
#include "config/schema.h"
#include "config/words.h"

#include "base/errors.h"
#include "config/software_faults.h"

#include <string.h>

/* Words that LLFI replaces by the name of the first selector. */
static const char *const automatic[] = { "SoftwareFault", "AutoInjection", "Automated", "Automatic", NULL };

static gboolean is_automatic(const char *text)
{
    return g_strv_contains(automatic, text);
}

gboolean names_software_fault(const char *text)
{
    return is_automatic(text) || (strchr(text, '(') && g_str_has_suffix(text, ")"));
}

/* A name of the table of fault models, or one that a software fault's description has. */
static gboolean parse_model(const char *text, int *type, GError **error)
{
    struct word words[FAULT_TYPES + 1] = { 0 };
    int n = 0;

    for (int f = 0; f < FAULT_TYPES; f++)
        if (fault_models[f].scope != SCOPE_CALL)
            words[n++] = (struct word){ fault_models[f].name, f, FALSE };
    return word_parse(words, text, type, error);
}

gboolean fault_strikes_registers(enum fault_type fault)
{
    enum fault_scope scope = fault_models[fault].scope;

    return scope == SCOPE_BITS || scope == SCOPE_REGISTER;
}

char *fault_choices(void)
{
    GString *text = g_string_new(NULL);
    int left = 0;

    for (int f = 0; f < FAULT_TYPES; f++)
        left += fault_strikes_registers((enum fault_type)f);
    for (int f = 0; f < FAULT_TYPES; f++) {
        if (!fault_strikes_registers((enum fault_type)f))
            continue;
        g_string_append(text, fault_models[f].name);
        left--;
        g_string_append(text, left > 1 ? ", " : left == 1 ? " or " : "");
    }
    return g_string_free(text, FALSE);
}

gboolean fault_type_parse(const char *text, struct run_option *option, GError **error)
{
    const struct software_fault *software = NULL;
    int value = FAULT_SOFTWARE;

    if (!names_software_fault(text) ? !parse_model(text, &value, error)
                                    : !is_automatic(text) && !(software = software_fault_parse(text, error)))
        return FALSE;
    option->fault = (enum fault_type)value;
    option->software = software;
    return TRUE;
}

int run_option_faults(const struct run_option *option)
{
    return option->window_len > 0 ? 2 : CLAMP(option->max_multiple, 1, MAX_FAULTS);
}

const char *fault_type_name(const struct run_option *option)
{
    return option->software ? option->software->name : fault_models[option->fault].name;
}

gboolean register_software_parse(const char *text, struct selection *selection, GError **error)
{
    const struct software_fault *software = is_automatic(text) ? NULL : software_fault_parse(text, error);

    if (!software && !is_automatic(text))
        return FALSE;
    selection->registers = REGISTER_SOFTWARE;
    selection->software = software;
    return TRUE;
}

void campaign_set_software(struct campaign *campaign, const struct software_fault *fault)
{
    selection_replace(&campaign->selection, SELECT_SOFTWARE)->software = fault;
    campaign->selection.registers = REGISTER_SOFTWARE;
    campaign->selection.software = fault;
    for (guint r = 0; r < campaign->runs->len; r++) {
        struct run_option *option = campaign->runs->pdata[r];

        option->fault = FAULT_SOFTWARE;
        option->software = fault;
    }
}

static void add_software(GPtrArray *used, const struct software_fault *fault)
{
    if (fault && !g_ptr_array_find(used, fault, NULL))
        g_ptr_array_add(used, (gpointer)fault);
}

GPtrArray *campaign_software(const struct campaign *campaign)
{
    GPtrArray *used = g_ptr_array_new();

    for (guint e = 0; e < campaign->selection.entries->len; e++)
        add_software(used, ((struct instruction_selection *)campaign->selection.entries->pdata[e])->software);
    add_software(used, campaign->selection.software);
    for (guint r = 0; r < campaign->runs->len; r++)
        add_software(used, ((struct run_option *)campaign->runs->pdata[r])->software);
    return used;
}

static const struct software_fault *first_software(const struct selection *selection)
{
    for (guint e = 0; e < selection->entries->len; e++) {
        const struct instruction_selection *entry = selection->entries->pdata[e];

        if (entry->method == SELECT_SOFTWARE)
            return entry->software;
    }
    return NULL;
}

gboolean campaign_resolve_software(struct campaign *campaign, GError **error)
{
    const struct software_fault *first = first_software(&campaign->selection);
    gboolean missing = FALSE;

    if (campaign->selection.registers == REGISTER_SOFTWARE && !campaign->selection.software)
        missing |= !(campaign->selection.software = first);
    for (guint r = 0; r < campaign->runs->len; r++) {
        struct run_option *option = campaign->runs->pdata[r];

        if (option->fault == FAULT_SOFTWARE && !option->software)
            missing |= !(option->software = first);
    }
    if (missing)
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                            "SoftwareFault, AutoInjection and Automatic stand for the software fault of "
                            "customInstselector, but instSelMethod has none: include: [BufferOverflow(API)]");
    return !missing;
}
