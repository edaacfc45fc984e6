#include "campaign/session.h"

#include "base/errors.h"
#include "base/file.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

void session_free(struct session *session)
{
    if (!session)
        return;
    for (guint i = 0; session->golden && i < session->inputs->len; i++)
        golden_free(session->golden[i]);
    g_free(session->golden);
    g_free(session->references);
    machine_free(session->machine);
    model_free(session->model);
    g_clear_pointer(&session->inputs, g_ptr_array_unref);
    onnx_free(session->onnx);
    g_free(session->model_hash);
    g_free(session);
}

char *session_hash_model(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autoptr(GBytes) bytes = file ? g_mapped_file_get_bytes(file) : NULL;

    return bytes ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;
}

/* The model is compiled for the shapes of its first input, and for the content of inputs that shaped it. */
static gboolean check_input(const struct session *session, const struct input *first, const struct input *other,
                            GError **error)
{
    for (size_t i = 0; i < first->count; i++) {
        if (!tensor_same_shape(first->tensors[i], other->tensors[i])) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                        "input '%s' has another shape than '%s': all inputs of a campaign need the same", other->path,
                        first->path);
            return FALSE;
        }
    }
    for (guint f = 0; f < session->model->fixed->len; f++) {
        for (guint i = 0; i < session->model->inputs->len; i++) {
            if (g_array_index(session->model->inputs, int, i) != g_array_index(session->model->fixed, int, f) ||
                tensor_first_difference(first->tensors[i], other->tensors[i]) < 0)
                continue;
            g_set_error(
                error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "inputs '%s' and '%s' differ in '%s', which decides the shapes of the model: run one campaign for each",
                first->path, other->path,
                model_value(session->model, g_array_index(session->model->inputs, int, i))->name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean lower(struct session *session, GError **error)
{
    const struct input *first = session->inputs->pdata[0];

    session->model = onnx_lower(session->onnx, first->tensors, session->campaign->dims, error);
    if (!session->model)
        return FALSE;
    for (guint n = 0; n < session->model->notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)session->model->notices->pdata[n]);
    for (guint i = 1; i < session->inputs->len; i++)
        if (!check_input(session, first, session->inputs->pdata[i], error))
            return FALSE;
    if (session->model->layers->len > 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "'%s' computes nothing at run time: it has no layer a fault could strike", session->model->path);
    return FALSE;
}

/* What is said of instructions has no meaning where tensors are struck. */
static gboolean selects_instructions(const struct selection *selection)
{
    for (guint e = 0; e < selection->entries->len; e++)
        if (((struct instruction_selection *)selection->entries->pdata[e])->method != SELECT_LAYER)
            return TRUE;
    return selection->registers != REGISTER_DESTINATION;
}

static void note_targets(const struct session *session)
{
    const struct campaign *campaign = session->campaign;
    g_autofree char *notice = targets_notice(session->machine);

    if (!session->machine->targets)
        return;
    if (selects_instructions(&campaign->selection))
        fprintf(stderr,
                "lltfi: note: level %s: what selects instructions and registers has no effect, only layers do\n",
                level_names[campaign->level]);
    if (notice)
        fprintf(stderr, "lltfi: note: %s\n", notice);
}

struct session *session_new(const struct campaign *campaign, GError **error)
{
    g_autoptr(session_t) session = g_new0(struct session, 1);

    session->campaign = campaign;
    session->onnx = onnx_load(campaign->model, error);
    if (!session->onnx)
        return NULL;
    session->model_hash = session_hash_model(campaign->model, error);
    session->inputs = session->model_hash ? inputs_load(session->onnx, campaign, error) : NULL;
    if (!session->inputs || !lower(session, error))
        return NULL;
    session->machine = machine_new(session->model, NULL, campaign->opt_level, error);
    if (!session->machine || !machine_choose(session->machine, campaign, error))
        return NULL;
    note_targets(session);
    return g_steal_pointer(&session);
}

static void note_guards(const struct session *session)
{
    for (guint i = 0; i < session->inputs->len; i++) {
        if (machine_is_guarded(session->machine, session->golden[i]->memory))
            continue;
        fputs("lltfi: note: no address space is to be had around the tensors (ulimit -v, many inputs): what a fault "
              "in an address finds may differ from run to run\n",
              stderr);
        return;
    }
}

gboolean session_run_golden(struct session *session, GError **error)
{
    guint n = session->inputs->len;

    session->golden = g_new0(struct golden *, n);
    session->references = g_new0(struct outcome_reference, n);
    for (guint i = n; i-- > 0;) { /* the first input last: its counts stay in the sites */
        const struct input *input = session->inputs->pdata[i];

        session->golden[i] = golden_new(session->machine, input->tensors, error);
        if (!session->golden[i] ||
            !outcome_reference_init(&session->references[i], &session->campaign->outcome, session->golden[i]->outputs,
                                    session->model->outputs->len, input->label, error)) {
            g_prefix_error(error, "input '%s': ", input->path);
            return FALSE;
        }
    }
    note_guards(session);
    return TRUE;
}

/* Weights may lie outside the model's file. */
static void add_constants_line(GString *text, const struct session *session)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint v = 0; v < session->model->values->len; v++) {
        const struct tensor *constant = model_value(session->model, (int)v)->constant;

        if (constant && constant->type != ELEMENT_STRING)
            g_checksum_update(sum, constant->data, (gssize)constant->size);
    }
    g_string_append_printf(text, "constants: %s\n", g_checksum_get_string(sum));
}

static void add_input_lines(GString *text, const struct session *session)
{
    for (guint i = 0; i < session->inputs->len; i++) {
        const struct input *input = session->inputs->pdata[i];
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

        for (size_t t = 0; t < input->count; t++)
            g_checksum_update(sum, input->tensors[t]->data, (gssize)input->tensors[t]->size);
        g_string_append_printf(text, "input %u: %s label %d\n", i, g_checksum_get_string(sum), input->label);
    }
}

/* The instructions that faults may hit: changes with the model's lowering, hence with the version of LLTFI and LLVM. */
void identity_add_sites(GString *text, const GArray *sites)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint s = 0; s < sites->len; s++) {
        const struct site *site = &g_array_index(sites, struct site, s);

        g_checksum_update(sum, (const guchar *)site->text, -1);
        g_checksum_update(sum, (const guchar *)&site->index, sizeof(site->index));
    }
    g_string_append_printf(text, "sites: %s\n", g_checksum_get_string(sum));
}

/* The tensors whose elements faults may strike. */
static void add_target_line(GString *text, const struct session *session)
{
    const struct targets *targets = session->machine->targets;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    if (!targets)
        return;
    for (guint t = 0; t < targets->list->len; t++) {
        const struct target *target = &g_array_index(targets->list, struct target, t);

        g_checksum_update(sum, (const guchar *)&target->value, sizeof(target->value));
        g_checksum_update(sum, (const guchar *)&target->count, sizeof(target->count));
    }
    g_string_append_printf(text, "tensors: %s\n", g_checksum_get_string(sum));
}

char *session_identity(const struct session *session)
{
    GString *text = g_string_new(NULL);
    g_autofree char *canonical = campaign_canonical(session->campaign);

    g_string_append_printf(text, "model: %s\n", session->model_hash);
    add_constants_line(text, session);
    add_input_lines(text, session);
    identity_add_sites(text, session->machine->sites);
    add_target_line(text, session);
    g_string_append(text, canonical);
    return g_string_free(text, FALSE);
}
