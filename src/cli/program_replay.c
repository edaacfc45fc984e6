/* `lltfi replay` of a trial on a program. */
#include "cli/program_replay.h"

#include "cli/fault_text.h"
#include "passes/ir/names.h"
#include "report/json.h"
#include "report/rates.h"

#include <stdio.h>

struct program_replay {
    const struct program_subject *subject;
    const struct trial *trial;
    const struct run_result *result;
    gboolean same;
};

static const struct site *site_of(const struct program_replay *replay, const struct injection *injection)
{
    return &g_array_index(replay->subject->functions->sites, struct site, injection->site);
}

static const char *fault_of(const struct program_replay *replay)
{
    const struct run_option *option = replay->subject->base.campaign->runs->pdata[replay->trial->config];

    return fault_type_name(option);
}

static void append_injection(const struct program_replay *replay, const struct injection *injection, GString *to)
{
    const struct site *site = site_of(replay, injection);
    g_autofree char *function = function_shown_name(site->function);

    fault_append(site, injection, fault_of(replay), to);
    g_string_append_printf(to, ", function '%s'", function);
    if (site->file)
        g_string_append_printf(to, ", %s:%u", site->file, site->line);
    if (injection->cycle > 0)
        g_string_append_printf(to, ", cycle %" G_GUINT64_FORMAT, injection->cycle);
    g_string_append_c(to, '\n');
}

void program_append_faults(const struct program_subject *subject, const struct trial *trial, GString *to)
{
    const struct program_replay replay = { .subject = subject, .trial = trial };

    for (int i = 0; i < trial->n_injections; i++)
        append_injection(&replay, &trial->injections[i], to);
}

static void append_messages(const struct run_result *result, GString *to)
{
    g_autofree char *text = g_strndup((const char *)result->messages->data, MIN(result->messages->len, 2000));
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(valid), "\n", 11);

    for (guint l = 0; l < 10 && lines[l] && *lines[l]; l++)
        g_string_append_printf(to, "%-8s %s\n", l == 0 ? "stderr" : "", lines[l]);
}

static void write_table(const struct program_replay *replay, GString *to)
{
    const struct program_subject *subject = replay->subject;
    g_autofree char *golden = status_text(subject->golden->status);
    g_autofree char *faulty = status_text(replay->result->status);
    g_autofree char *difference = run_difference(subject, subject->golden, replay->result);

    g_string_append_printf(to, "trial    %" G_GUINT64_FORMAT ": %s%s\n", replay->trial->number,
                           outcome_names[replay->trial->outcome], replay->same ? ", as in the campaign" : " now");
    program_append_faults(subject, replay->trial, to);
    g_string_append_printf(to, "golden   %s\nfaulty   %s\n", golden,
                           replay->result->timed_out ? "ended by the time limit" : faulty);
    g_string_append_printf(to, "differs  %s\n", difference ? difference : "nothing");
    append_messages(replay->result, to);
}

static void json_injection(struct json *json, const struct program_replay *replay, const struct injection *injection)
{
    const struct site *site = site_of(replay, injection);
    const char *type = fault_register_type(site, injection);
    g_autofree char *before = fault_register_text(type, injection->old_value, injection->width);
    g_autofree char *after = fault_register_text(type, injection->new_value, injection->width);

    json_open(json, NULL, '{');
    json_text(json, "fault", fault_of(replay));
    json_integer(json, "index", site->index);
    json_text(json, "function", site->function);
    json_text(json, "file", site->file);
    json_integer(json, "line", site->line);
    json_text(json, "instruction", site->text);
    json_integer(json, "cycle", injection->cycle);
    json_integer(json, "position", (uint64_t)site->registers[injection->reg_index].position);
    json_text(json, "type", type);
    json_integer(json, "bit", injection->bit);
    json_text(json, "old", before);
    json_text(json, "new", after);
    json_close(json, '}');
}

static void write_json(const struct program_replay *replay, GString *to)
{
    g_autofree char *faulty = status_text(replay->result->status);
    g_autofree char *difference = run_difference(replay->subject, replay->subject->golden, replay->result);
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '{');
    json_integer(&json, "trial", replay->trial->number);
    json_text(&json, "outcome", outcome_names[replay->trial->outcome]);
    json_integer(&json, "signal", (uint64_t)replay->trial->signal);
    json_text(&json, "end", replay->result->timed_out ? "time limit" : faulty);
    json_text(&json, "difference", difference);
    json_open(&json, "faults", '[');
    for (int i = 0; i < replay->trial->n_injections; i++)
        json_injection(&json, replay, &replay->trial->injections[i]);
    json_close(&json, ']');
    json_close(&json, '}');
}

gboolean program_replay_print(const struct campaign_run *c, const struct replayed *replayed,
                              const struct report_option *option, GError **error)
{
    const struct program_replay replay = { program_subject_of(campaign_subject(c)), &replayed->now,
                                           replayed->remains.result, !replayed->differs };
    g_autoptr(GString) text = g_string_new(NULL);

    if (option->format == FORMAT_JSON)
        write_json(&replay, text);
    else
        write_table(&replay, text);
    return report_write(text, stdout, error);
}
