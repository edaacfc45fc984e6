/*
 * Parses any bytes as a model, and lowers it without inputs and with some. Besides libFuzzer's own mutations, which
 * mostly test the parser, whole models are changed (mutate.c), which tests the operators.
 */
#include "frontend/frontend.h"

#include "base/random.h"
#include "mutate.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);
size_t LLVMFuzzerCustomMutator(guint8 *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(guint8 *data, size_t size, size_t max_size);

#define MAX_BYTES 4096

/*
 * A tensor for an input, of small whole numbers if the type has such (a bool is 0 or 1, which every reader guarantees).
 * NULL: it is too large or has no shape.
 */
static struct tensor *make_input(const struct port *port, struct random *random)
{
    int64_t dims[MAX_RANK];
    struct tensor *tensor;
    size_t count, size;

    for (int d = 0; d < port->rank; d++)
        dims[d] = port->dims[d] < 0 ? (int64_t)random_below(random, 4) : port->dims[d];
    if (port->rank < 0 || !tensor_measure(port->type, port->rank, dims, &count, &size, NULL) || size > MAX_BYTES)
        return NULL;
    tensor = tensor_new(port->type, port->rank, dims, NULL);
    for (size_t i = 0; i < count; i++) {
        int64_t value = (int64_t)random_below(random, 12) - 3;

        if (port->type == ELEMENT_BOOL)
            value &= 1;
        if (port->type != ELEMENT_STRING)
            memcpy((guint8 *)tensor->data + i * element_size(port->type), &value,
                   MIN(element_size(port->type), sizeof(value)));
    }
    return tensor;
}

static void lower(const struct node_graph *graph, struct tensor *const *inputs)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(model_t) model = lower_graph(graph, inputs, NULL, &error);

    g_assert((model != NULL) != (error != NULL));
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(node_graph_t) graph = onnx_parse(data, size, "/nonexistent/fuzz.onnx", &error);
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    struct random random = random_stream(size, 0);

    g_assert((graph != NULL) != (error != NULL));
    if (!graph)
        return 0;
    lower(graph, NULL);
    for (size_t i = 0; i < graph->inputs->len; i++)
        g_ptr_array_add(inputs, make_input(node_graph_input(graph, i), &random));
    if (inputs->len > 0)
        lower(graph, (struct tensor *const *)inputs->pdata);
    return 0;
}

size_t LLVMFuzzerCustomMutator(guint8 *data, size_t size, size_t max_size, unsigned seed)
{
    struct random random = random_stream(seed, 0);
    size_t mutated = random_below(&random, 4) == 0 ? 0 : mutate_model(data, size, max_size, &random);

    return mutated > 0 ? mutated : LLVMFuzzerMutate(data, size, max_size);
}
