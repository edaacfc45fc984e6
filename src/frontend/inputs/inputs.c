/* A campaign's inputs: files, folders, archives and "name=file" parts to one tensor for each input of the model. */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "base/stages.h"

#include <string.h>

void input_free(struct input *input)
{
    if (!input)
        return;
    for (size_t i = 0; i < input->count; i++)
        tensor_free(input->tensors[i]);
    g_free(input->tensors);
    g_free(input->path);
    g_free(input);
}
typedef struct input input_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(input_t, input_free)

/* What inputs are made for. */
struct input_list {
    const struct node_graph *graph;
    const struct image_option *image;
    GPtrArray *inputs; /* struct input *, the result */
};

static struct input *input_new(const struct input_list *target, const char *path)
{
    struct input *input = g_new0(struct input, 1);

    input->path = g_strdup(path);
    input->count = target->graph->inputs->len;
    input->tensors = g_new0(struct tensor *, MAX(input->count, 1));
    input->label = -1;
    return input;
}

/* The model's inputs with their types and shapes, for messages. */
static char *describe_inputs(const struct node_graph *graph)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < graph->inputs->len; i++) {
        g_autofree char *wanted = port_to_string(node_graph_input(graph, i));

        g_string_append_printf(text, "%s'%s' (%s)", i ? ", " : "", node_graph_input(graph, i)->name, wanted);
    }
    return g_string_free(text, FALSE);
}

static int find_port(const struct node_graph *graph, const char *name)
{
    for (size_t i = 0; i < graph->inputs->len; i++)
        if (strcmp(node_graph_input(graph, i)->name, name) == 0)
            return (int)i;
    return -1;
}

/* Adds an input point, in which every input of the model must have a tensor. */
static gboolean add_complete(struct input_list *target, struct input *input, GError **error)
{
    for (size_t i = 0; i < input->count; i++) {
        if (!input->tensors[i]) {
            g_autofree char *all = describe_inputs(target->graph);

            return input_error(input->path, error, "it gives no '%s'; the model wants %s",
                               node_graph_input(target->graph, i)->name, all);
        }
    }
    g_ptr_array_add(target->inputs, input);
    return TRUE;
}

static gboolean put_tensor(const struct input_list *target, struct input *input, size_t i, struct tensor *tensor,
                           const char *what, GError **error)
{
    if (!tensor)
        return FALSE;
    if (input->tensors[i]) {
        tensor_free(tensor);
        return input_error(what, error, "input '%s' is given twice", node_graph_input(target->graph, i)->name);
    }
    input->tensors[i] = tensor;
    return input_check(tensor, node_graph_input(target->graph, i), what, error);
}

/* The arrays of an archive are matched to inputs by name; a single array fits a single input with any name. */
static gboolean put_npz(const struct input_list *target, struct input *input, const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) tensors = tensors_load_npz(path, names, error);

    for (guint i = 0; tensors && i < tensors->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *what = g_strdup_printf("%s: '%s'", path, name);
        int port = tensors->len == 1 && input->count == 1 ? 0 : find_port(target->graph, name);
        g_autofree char *all = describe_inputs(target->graph);

        if (port < 0)
            return input_error(what, error, "the model has no input of this name; it wants %s", all);
        if (!put_tensor(target, input, (size_t)port, g_steal_pointer(&tensors->pdata[i]), what, error))
            return FALSE;
    }
    return tensors != NULL;
}

/* One file that holds one tensor, by its content. */
static struct tensor *load_file(const struct input_list *target, size_t i, const char *path, GError **error)
{
    g_autoptr(GError) failed = NULL;
    struct tensor *tensor;

    switch (input_format(path)) {
    case INPUT_NPY:
        return tensor_load_npy(path, error);
    case INPUT_PICTURE:
        return tensor_load_image(path, node_graph_input(target->graph, i), target->image, error);
    default:
        break;
    }
    tensor = tensor_load_proto(path, &failed);
    if (!tensor && g_file_test(path, G_FILE_TEST_IS_REGULAR) && !g_str_has_suffix(path, ".pb"))
        input_error(path, error, "this is not a .npy, .npz, PNG, JPEG or ONNX tensor file, or it is truncated");
    else if (!tensor)
        g_propagate_error(error, g_steal_pointer(&failed));
    return tensor;
}

/* A file for input `i`; an archive must hold one array. */
static gboolean put_file(const struct input_list *target, struct input *input, size_t i, const char *path,
                         GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) tensors = NULL;

    if (input_format(path) != INPUT_NPZ)
        return put_tensor(target, input, i, load_file(target, i, path, error), path, error);
    tensors = tensors_load_npz(path, names, error);
    if (tensors && tensors->len != 1)
        return input_error(path, error, "it holds %u arrays, but one is wanted for input '%s'", tensors->len,
                           node_graph_input(target->graph, i)->name);
    return tensors && put_tensor(target, input, i, g_steal_pointer(&tensors->pdata[0]), path, error);
}

/* "x=a.npy,y=b.npy" */
static gboolean put_parts(const struct input_list *target, struct input *input, const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (char **part = parts; *part; part++) {
        char *equals = strchr(*part, '=');
        g_autofree char *name = equals ? g_strndup(*part, (gsize)(equals - *part)) : NULL,
                        *all = describe_inputs(target->graph);
        int port = name ? find_port(target->graph, name) : -1;

        if (!name)
            return input_error(text, error, "'%s' is not NAME=FILE; the model wants %s", *part, all);
        if (port < 0)
            return input_error(text, error, "the model has no input '%s'; it wants %s", name, all);
        if (!put_file(target, input, (size_t)port, equals + 1, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean add_single_file(struct input_list *target, const char *path, GError **error)
{
    g_autoptr(input_t) input = input_new(target, path);
    g_autofree char *all = describe_inputs(target->graph);
    gboolean done;

    if (input->count > 1 && input_format(path) != INPUT_NPZ)
        return input_error(path, error,
                           "one file for a model of %" G_GSIZE_FORMAT
                           " inputs: %s; give NAME=FILE,NAME=FILE, one .npz with these names, or a folder of "
                           "input_0.pb, input_1.pb...",
                           input->count, all);
    if (input->count == 0)
        return input_error(path, error, "the model takes no input");
    done =
        input_format(path) == INPUT_NPZ ? put_npz(target, input, path, error) : put_file(target, input, 0, path, error);
    if (!done || !add_complete(target, input, error))
        return FALSE;
    g_steal_pointer(&input);
    return TRUE;
}

static gboolean add_parts(struct input_list *target, const char *text, GError **error)
{
    g_autoptr(input_t) input = input_new(target, text);

    if (!put_parts(target, input, text, error) || !add_complete(target, input, error))
        return FALSE;
    g_steal_pointer(&input);
    return TRUE;
}

/* An ONNX test data set: input_0.pb, input_1.pb... in the order of the model's inputs. */
static gboolean add_data_set(struct input_list *target, const char *folder, GError **error)
{
    g_autoptr(input_t) input = input_new(target, folder);

    for (size_t i = 0; i < input->count; i++) {
        g_autofree char *name = g_strdup_printf("input_%" G_GSIZE_FORMAT ".pb", i);
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS) && !put_file(target, input, i, path, error))
            return FALSE;
    }
    if (!add_complete(target, input, error))
        return FALSE;
    g_steal_pointer(&input);
    return TRUE;
}

/* A folder may hold other files besides the inputs (a list of labels, a note). */
static gboolean is_input_file(const char *path)
{
    static const char *const suffixes[] = { ".npy", ".npz", ".png", ".jpg", ".jpeg", ".pb" };
    g_autofree char *lower = g_ascii_strdown(path, -1);

    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return FALSE;
    for (size_t s = 0; s < G_N_ELEMENTS(suffixes); s++)
        if (g_str_has_suffix(lower, suffixes[s]))
            return TRUE;
    return input_format(path) != INPUT_UNKNOWN;
}

static int compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Paths in a folder, sorted, hidden ones left out. NULL with an error. */
static GPtrArray *list_folder(const char *folder, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &failed);
    GPtrArray *paths;
    const char *name;

    if (!dir) {
        input_error(folder, error, "%s", failed->message);
        return NULL;
    }
    paths = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(dir)))
        if (*name != '.')
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(paths, compare_strings);
    return paths;
}

static gboolean is_data_set(const char *folder)
{
    g_autofree char *first = g_build_filename(folder, "input_0.pb", NULL);

    return g_file_test(first, G_FILE_TEST_IS_REGULAR);
}

static gboolean add_folder(struct input_list *target, const char *folder, GError **error)
{
    g_autoptr(GPtrArray) paths = NULL;
    guint before = target->inputs->len;

    if (is_data_set(folder))
        return add_data_set(target, folder, error);
    paths = list_folder(folder, error);
    for (guint i = 0; paths && i < paths->len; i++) {
        const char *path = paths->pdata[i];

        if (is_data_set(path) ? !add_data_set(target, path, error)
                              : is_input_file(path) && !add_single_file(target, path, error))
            return FALSE;
    }
    if (paths && target->inputs->len == before)
        return input_error(
            folder, error,
            "the folder holds no input: no .npy, .npz, .pb, PNG or JPEG file and no data set with input_0.pb");
    return paths != NULL;
}

static gboolean add_input(struct input_list *target, const char *text, GError **error)
{
    if (g_file_test(text, G_FILE_TEST_IS_DIR))
        return add_folder(target, text, error);
    if (!g_file_test(text, G_FILE_TEST_EXISTS) && strchr(text, '='))
        return add_parts(target, text, error);
    return add_single_file(target, text, error);
}

static gboolean check_given(const struct input_list *target, const struct campaign *campaign, GError **error)
{
    g_autofree char *all = describe_inputs(target->graph);

    if (campaign->inputs->len > 0 || target->graph->inputs->len == 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "no input is given; the model wants %s: %s FILE", all,
                setting_name("inputs"));
    return FALSE;
}

GPtrArray *inputs_load(const struct node_graph *graph, const struct campaign *campaign, GError **error)
{
    STAGE("load inputs");
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)input_free);
    struct input_list target = { graph, &campaign->image, inputs };

    if (!check_given(&target, campaign, error))
        return NULL;
    if (campaign->inputs->len == 0)
        g_ptr_array_add(inputs, input_new(&target, "(no input)"));
    for (guint i = 0; i < campaign->inputs->len; i++)
        if (!add_input(&target, campaign->inputs->pdata[i], error))
            return NULL;
    return labels_attach(inputs, campaign->labels, error) ? g_steal_pointer(&inputs) : NULL;
}
