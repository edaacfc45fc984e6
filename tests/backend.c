/* Reads the ONNX backend node tests, decides which can be run, and runs a check on each in a child process. */
#include "backend.h"

#include "base/errors.h"
#include "base/random.h"
#include "ops/ops.h"

#include "onnx.pb-c.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Tests whose data is wrong. */
static const struct {
    const char *name, *reason;
} impossible[] = {
    { "test_castlike_BFLOAT16_to_FLOAT_expanded", "data of another shape than the model declares" },
    { "test_castlike_FLOAT_to_BFLOAT16_expanded", "data of another shape than the model declares" },
    { "test_training_dropout", "random outputs" },
    { "test_training_dropout_default", "random outputs" },
    { "test_training_dropout_default_mask", "random outputs" },
    { "test_training_dropout_mask", "random outputs" },
};

void backend_case_free(struct backend_case *c)
{
    if (!c)
        return;
    model_free(c->model);
    for (size_t i = 0; i < c->n_inputs; i++)
        tensor_free(c->inputs[i]);
    g_free(c->inputs);
    g_ptr_array_unref(c->outputs);
    g_free(c);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *backend_names(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static gboolean is_tensor(const Onnx__ValueInfoProto *info)
{
    return info->type && info->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
}

/* The reason to skip a test; NULL: none. */
static char *reason_to_skip(const char *name, const char *path)
{
    g_autofree char *bytes = NULL;
    gsize size;
    Onnx__ModelProto *proto;
    char *reason = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(impossible); i++)
        if (strcmp(impossible[i].name, name) == 0)
            return g_strdup(impossible[i].reason);
    if (!g_file_get_contents(path, &bytes, &size, NULL))
        return g_strdup("there is no model.onnx");
    proto = onnx__model_proto__unpack(NULL, size, (const guint8 *)bytes);
    for (size_t i = 0; !reason && i < proto->graph->n_node; i++) {
        const Onnx__NodeProto *node = proto->graph->node[i];

        if (!operator_find(node->op_type) || (node->domain && *node->domain))
            reason = g_strdup_printf("operator %s", node->op_type);
    }
    for (size_t i = 0; !reason && i < proto->graph->n_input; i++)
        if (!is_tensor(proto->graph->input[i]))
            reason = g_strdup("a sequence or an optional value");
    for (size_t i = 0; !reason && i < proto->graph->n_output; i++)
        if (!is_tensor(proto->graph->output[i]))
            reason = g_strdup("a sequence or an optional value");
    onnx__model_proto__free_unpacked(proto, NULL);
    return reason;
}

/* NumPy has no bfloat16: the files hold such tensors as uint16 of the same bits. */
static struct tensor *load_numbered(const char *folder, const char *kind, size_t number, const struct port *port,
                                    GError **error)
{
    g_autofree char *path = g_strdup_printf("%s/test_data_set_0/%s_%zu.pb", folder, kind, number);
    struct tensor *tensor = tensor_load_proto(path, error);

    if (tensor && tensor->type == ELEMENT_UINT16 && port->type == ELEMENT_BFLOAT16)
        tensor->type = ELEMENT_BFLOAT16;
    return tensor;
}

static struct backend_case *case_new(size_t n_inputs)
{
    struct backend_case *c = g_new0(struct backend_case, 1);

    c->inputs = g_new0(struct tensor *, n_inputs + 1);
    c->n_inputs = n_inputs;
    c->outputs = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    return c;
}

struct backend_case *backend_load(const char *folder, const char *name, char **skip, GError **error)
{
    g_autofree char *base = g_build_filename(folder, name, NULL);
    g_autofree char *path = g_build_filename(base, "model.onnx", NULL);
    g_autoptr(node_graph_t) graph = NULL;
    g_autoptr(backend_case_t) c = NULL;

    *skip = reason_to_skip(name, path);
    if (*skip)
        return NULL;
    graph = onnx_load(path, error);
    if (!graph)
        return NULL;
    c = case_new(graph->inputs->len);
    for (size_t i = 0; i < c->n_inputs; i++) {
        c->inputs[i] = load_numbered(base, "input", i, node_graph_input(graph, i), error);
        if (!c->inputs[i])
            return NULL;
    }
    for (size_t o = 0; o < graph->outputs->len; o++) {
        struct tensor *output = load_numbered(base, "output", o, graph->outputs->pdata[o], error);

        if (!output)
            return NULL;
        g_ptr_array_add(c->outputs, output);
    }
    c->model = lower_graph(graph, c->inputs, NULL, error);
    return c->model ? g_steal_pointer(&c) : NULL;
}

static struct tensor *random_tensor(const struct port *port, struct random *random, GError **error)
{
    struct tensor *tensor;
    int64_t dims[MAX_RANK];

    for (int d = 0; d < port->rank; d++)
        dims[d] = port->dims[d] < 0 ? 1 : port->dims[d];
    tensor = tensor_new(port->type, MAX(port->rank, 0), dims, error);
    for (size_t i = 0; tensor && tensor->type == ELEMENT_FLOAT && i < tensor->count; i++)
        ((float *)tensor->data)[i] = (float)random_below(random, 1000) / 500.0f - 1.0f;
    return tensor;
}

struct backend_case *backend_from_model(const char *path, GError **error)
{
    g_autoptr(node_graph_t) graph = onnx_load(path, error);
    g_autoptr(backend_case_t) c = NULL;
    struct random random = random_stream(1, 0);

    if (!graph)
        return NULL;
    c = case_new(graph->inputs->len);
    for (size_t i = 0; i < c->n_inputs; i++) {
        c->inputs[i] = random_tensor(node_graph_input(graph, i), &random, error);
        if (!c->inputs[i])
            return NULL;
    }
    c->model = lower_graph(graph, c->inputs, NULL, error);
    return c->model ? g_steal_pointer(&c) : NULL;
}

/* Runs the check in a child, which writes its message to a pipe and returns its verdict as exit status. */
static enum verdict check_in_child(const char *name, backend_check check, gpointer data, char **message)
{
    GByteArray *text = g_byte_array_new();
    guint8 buffer[4096];
    int ends[2], status;
    ssize_t n;
    pid_t pid;

    g_assert_cmpint(pipe(ends), ==, 0);
    fflush(stdout);
    pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        g_autofree char *found = NULL;
        enum verdict verdict = check(name, data, &found);

        if (found && write(ends[1], found, strlen(found)) < 0)
            _exit(VERDICT_FAILED);
        _exit(verdict);
    }
    close(ends[1]);
    while ((n = read(ends[0], buffer, sizeof(buffer))) > 0)
        g_byte_array_append(text, buffer, (guint)n);
    close(ends[0]);
    waitpid(pid, &status, 0);
    g_byte_array_append(text, (const guint8 *)"", 1);
    *message = (char *)g_byte_array_free(text, FALSE);
    if (WIFEXITED(status))
        return (enum verdict)WEXITSTATUS(status);
    g_free(*message);
    *message = g_strdup_printf("ended by signal %d", WTERMSIG(status));
    return VERDICT_FAILED;
}

static void count_reason(GHashTable *reasons, const char *reason)
{
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(reasons, reason));

    g_hash_table_replace(reasons, g_strdup(reason), GUINT_TO_POINTER(count + 1));
}

static void print_reasons(GHashTable *reasons)
{
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(reasons), (GCompareFunc)strcmp);

    for (GList *key = keys; key; key = key->next)
        printf("# skipped %u: %s\n", GPOINTER_TO_UINT(g_hash_table_lookup(reasons, key->data)), (char *)key->data);
}

int backend_run(const GPtrArray *names, backend_check check, gpointer data)
{
    static const char *const lines[] = { "ok %u - %s%s\n", "not ok %u - %s: %s\n", "ok %u - %s # SKIP %s\n" };
    g_autoptr(GHashTable) reasons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint counts[3] = { 0 };

    printf("1..%u\n", names->len);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *message = NULL;
        enum verdict verdict = check_in_child(names->pdata[i], check, data, &message);

        g_strdelimit(message, "\n", ' ');
        counts[verdict]++;
        if (verdict == VERDICT_SKIPPED)
            count_reason(reasons, message);
        printf(lines[verdict], i + 1, (char *)names->pdata[i], verdict == VERDICT_PASSED ? "" : message);
    }
    print_reasons(reasons);
    printf("# %u passed, %u failed, %u skipped\n", counts[VERDICT_PASSED], counts[VERDICT_FAILED],
           counts[VERDICT_SKIPPED]);
    return counts[VERDICT_FAILED] > 0;
}
