/* Descriptions of software faults as text: in words, and in FIDL. */
#include "config/software_faults.h"

#include <string.h>

static const char *const action_texts[] = {
    [SOFTWARE_FLIP] = "Corrupt",
    [SOFTWARE_HANG] = "Freeze",
    [SOFTWARE_SLEEP] = "Delay",
    [SOFTWARE_CLOSE] = "{Perturb: InappropriateCloseInjector, option: true}",
    [SOFTWARE_REOPEN] = "{Perturb: InappropriateCloseInjector, option: false}",
    [SOFTWARE_LEAK] = "{Perturb: MemoryLeakInjector}",
    [SOFTWARE_EXHAUST] = "{Perturb: MemoryExhaustionInjector, option: false}",
    [SOFTWARE_NO_MEMORY] = "{Perturb: MemoryExhaustionInjector, option: true}",
    [SOFTWARE_FORMAT] = "{Perturb: WrongFormatInjector}",
    [SOFTWARE_DEADLOCK] = "{Perturb: PthreadDeadLockInjector}",
    [SOFTWARE_CANCEL] = "{Perturb: PthreadThreadKillerInjector}",
    [SOFTWARE_OTHER_LOCK] = "{Perturb: PthreadRaceConditionInjector}",
    [SOFTWARE_FREE] = "{Perturb: StalePointerInjector}",
    [SOFTWARE_CUSTOM] = "{Perturb: Custom_Injector}",
};

static const char *const effects[] = {
    [SOFTWARE_FLIP] = "flips bits",
    [SOFTWARE_HANG] = "never returns",
    [SOFTWARE_SLEEP] = "waits for 3 s",
    [SOFTWARE_CLOSE] = "closes the stream",
    [SOFTWARE_REOPEN] = "replaces it by a stream of fake_file.txt",
    [SOFTWARE_LEAK] = "replaces it by another block of memory",
    [SOFTWARE_EXHAUST] = "allocates all memory and gives the last block",
    [SOFTWARE_NO_MEMORY] = "allocates all memory and gives NULL",
    [SOFTWARE_FORMAT] = "changes a size: 1 to 2, 2 to 4, 4 to 8, 8 and 10 to 4",
    [SOFTWARE_DEADLOCK] = "joins the thread, then waits for a lock forever",
    [SOFTWARE_CANCEL] = "cancels the thread",
    [SOFTWARE_OTHER_LOCK] = "replaces it by a new mutex",
    [SOFTWARE_FREE] = "frees the block",
    [SOFTWARE_CUSTOM] = "runs its own injector",
};

static void append_numbers(GString *to, const GArray *numbers)
{
    for (guint i = 0; i < numbers->len; i++)
        g_string_append_printf(to, "%s%d", i ? ", " : "", g_array_index(numbers, int, i));
}

static void append_trigger(GString *to, const struct software_trigger *trigger)
{
    if (trigger->place == PLACE_RETURN) {
        g_string_append(to, "return");
        return;
    }
    g_string_append(to, trigger->place == PLACE_CALL ? "{call: [" : "{\"call*\": [");
    yaml_append_quoted(to, trigger->function);
    g_string_append(to, "]}");
}

static void append_target(GString *to, const struct software_fault *fault)
{
    const char *separator = "    Target: {src: {";
    gboolean any = FALSE;

    for (guint t = 0; t < fault->triggers->len; t++) {
        const struct software_trigger *trigger = fault->triggers->pdata[t];

        if (trigger->arguments->len == 0)
            continue;
        g_string_append(to, separator);
        yaml_append_quoted(to, trigger->function);
        g_string_append(to, ": [");
        append_numbers(to, trigger->arguments);
        g_string_append_c(to, ']');
        separator = ", ";
        any = TRUE;
    }
    g_string_append(to, any ? "}}\n" : "    Target: dst\n");
}

static void append_action(GString *to, const struct software_fault *fault)
{
    if (fault->action == SOFTWARE_ADD || fault->action == SOFTWARE_SET)
        g_string_append_printf(to,
                               "    Action: {Perturb: ChangeValueInjector, value: %" G_GINT64_FORMAT ", option: %s}\n",
                               fault->value, fault->action == SOFTWARE_SET ? "true" : "false");
    else
        g_string_append_printf(to, "    Action: %s\n", action_texts[fault->action]);
}

char *software_fault_text(const struct software_fault *fault)
{
    GString *text = g_string_new("- Failure_Class: ");

    yaml_append_quoted(text, fault->class);
    g_string_append(text, "\n  Failure_Mode: ");
    yaml_append_quoted(text, fault->mode);
    g_string_append(text, "\n  New_Failure_Mode:\n    Trigger: [");
    for (guint t = 0; t < fault->triggers->len; t++) {
        g_string_append(text, t ? ", " : "");
        append_trigger(text, fault->triggers->pdata[t]);
    }
    g_string_append(text, "]\n");
    if (fault->indices->len > 0) {
        g_string_append(text, "    \"Trigger*\": [");
        append_numbers(text, fault->indices);
        g_string_append(text, "]\n");
    }
    append_target(text, fault);
    append_action(text, fault);
    if (fault->custom) {
        g_string_append(text, "  Custom_Injector: ");
        yaml_append_quoted(text, fault->custom);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

char *software_fault_injector(const struct software_fault *fault)
{
    static const char *const others[] = { [SOFTWARE_FLIP] = "BitCorruptionInjector",
                                          [SOFTWARE_ADD] = "ChangeValueInjector",
                                          [SOFTWARE_SET] = "ChangeValueInjector",
                                          [SOFTWARE_HANG] = "HangInjector",
                                          [SOFTWARE_SLEEP] = "SleepInjector" };
    const char *text = action_texts[fault->action], *name = text ? strstr(text, "Perturb: ") : NULL;

    if (!name)
        return g_strdup(others[fault->action]);
    name += strlen("Perturb: ");
    return g_strndup(name, strcspn(name, ",}"));
}

char *software_fault_effect(const struct software_fault *fault)
{
    if (fault->action == SOFTWARE_ADD)
        return g_strdup_printf("adds %" G_GINT64_FORMAT, fault->value);
    if (fault->action == SOFTWARE_SET)
        return g_strdup_printf("becomes %" G_GINT64_FORMAT, fault->value);
    return g_strdup(effects[fault->action]);
}

static gboolean same_arguments(const struct software_trigger *a, const struct software_trigger *b)
{
    guint n = a->arguments->len;

    return n == b->arguments->len && (n == 0 || memcmp(a->arguments->data, b->arguments->data, n * sizeof(int)) == 0);
}

static void append_name(GString *to, const struct software_trigger *trigger)
{
    const char *around = trigger->place == PLACE_CALLS_LIKE ? "*" : "";
    gboolean all = g_strcmp0(trigger->function, "all") == 0;

    g_string_append_printf(to, "%s%s%s", around, all ? "every call" : trigger->function, around);
}

static void append_registers(GString *to, const struct software_trigger *trigger)
{
    guint n = trigger->arguments->len;

    g_string_append(to, n == 0 ? ": result" : n == 1 ? ": argument " : ": arguments ");
    append_numbers(to, trigger->arguments);
}

/* Functions with the same arguments are named together. */
char *software_fault_where(const struct software_fault *fault)
{
    GString *text = g_string_new(NULL);

    for (guint t = 0; t < fault->triggers->len; t++) {
        const struct software_trigger *trigger = fault->triggers->pdata[t];
        const struct software_trigger *next = t + 1 < fault->triggers->len ? fault->triggers->pdata[t + 1] : NULL;
        gboolean together = next && next->place != PLACE_RETURN && same_arguments(trigger, next);

        if (trigger->place == PLACE_RETURN)
            g_string_append(text, "returned values");
        else
            append_name(text, trigger);
        if (trigger->place != PLACE_RETURN && !together)
            append_registers(text, trigger);
        if (next)
            g_string_append(text, together && trigger->place != PLACE_RETURN ? ", " : "; ");
    }
    return g_string_free(text, FALSE);
}
