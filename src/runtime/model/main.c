/*
 * main() of a model that was compiled to a program: PROGRAM input.npy... prints every output, one line each:
 * name, shape, elements. Plain C, without the tool's libraries.
 */
#include "runtime/model/main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NumPy's type codes by the numbers of enum element; NULL: no such type in NumPy. */
static const char *const npy_types[] = { NULL, "<f4", "|u1", "|i1", "<u2", "<i2", "<i4", "<i8",
                                         NULL, "|b1", "<f2", "<f8", "<u4", "<u8", "<c8", "<c16" };

static int fail(const char *file, const char *what)
{
    fprintf(stderr, "%s: %s\n", file, what);
    return 1;
}

static const char *npy_type(const struct model_port *port)
{
    return (size_t)port->type < sizeof(npy_types) / sizeof(*npy_types) ? npy_types[port->type] : NULL;
}

/* The header's length; 0: this is not a .npy file. */
static size_t header_size(FILE *file)
{
    unsigned char start[12];

    if (fread(start, 1, 10, file) != 10 || memcmp(start, "\x93NUMPY", 6) != 0)
        return 0;
    if (start[6] == 1)
        return start[8] | (size_t)start[9] << 8;
    if (fread(start + 10, 1, 2, file) != 2)
        return 0;
    return start[8] | (size_t)start[9] << 8 | (size_t)start[10] << 16 | (size_t)start[11] << 24;
}

static int check_header(const struct model_port *port, const char *header, const char *path)
{
    const char *at = strstr(header, "'shape': (");
    const char *type = npy_type(port);

    if (!type || !strstr(header, type))
        return fail(path, "the element type is not the model's");
    if (!at || strstr(header, "'fortran_order': True"))
        return fail(path, "only arrays in C order can be read");
    at += strlen("'shape': (");
    for (int d = 0; d < port->rank; d++) {
        char *end;

        if (strtoll(at, &end, 10) != port->dims[d] || end == at)
            return fail(path, "the shape is not the model's");
        at = end + strspn(end, ", ");
    }
    return *at == ')' ? 0 : fail(path, "the shape is not the model's");
}

static int read_input(const struct model_port *port, const char *path, void *data)
{
    FILE *file = fopen(path, "rb");
    size_t size = file ? header_size(file) : 0;
    char *header = size > 0 && size < 65536 ? calloc(size + 1, 1) : NULL;
    int status;

    if (!file)
        return fail(path, "can't be opened");
    if (!header || fread(header, 1, size, file) != size)
        status = fail(path, "is not a .npy file");
    else
        status = check_header(port, header, path);
    if (status == 0 && fread(data, (size_t)port->element_size, (size_t)port->count, file) != (size_t)port->count)
        status = fail(path, "ends too early");
    free(header);
    fclose(file);
    return status;
}

static void print_element(const struct model_port *port, const unsigned char *at)
{
    unsigned long long bits = 0;

    if (strcmp(npy_type(port) ? npy_type(port) : "", "<f4") == 0) {
        float value;

        memcpy(&value, at, sizeof(value));
        printf(" %.9g", value);
        return;
    }
    if (port->element_size == 8 && npy_type(port) && npy_type(port)[1] == 'f') {
        double value;

        memcpy(&value, at, sizeof(value));
        printf(" %.17g", value);
        return;
    }
    memcpy(&bits, at, port->element_size < 8 ? (size_t)port->element_size : 8);
    if (npy_type(port) && npy_type(port)[1] == 'i' && port->element_size < 8 && bits >> (8 * port->element_size - 1))
        bits |= ~0ull << (8 * port->element_size);
    if (npy_type(port) && npy_type(port)[1] == 'i')
        printf(" %lld", (long long)bits);
    else
        printf(" %llu", bits);
}

static void print_output(const struct model_port *port, const unsigned char *data)
{
    printf("%s [", port->name);
    for (int d = 0; d < port->rank; d++)
        printf("%s%lld", d ? "x" : "", (long long)port->dims[d]);
    printf("]:");
    for (int64_t i = 0; i < port->count; i++)
        print_element(port, data + i * port->element_size);
    printf("\n");
}

static void *allocate(const struct model_port *port)
{
    void *data = calloc((size_t)port->count + 1, (size_t)port->element_size);

    if (!data) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return data;
}

int main(int argc, char **argv)
{
    void **inputs = calloc((size_t)lltfi_inputs_count + 1, sizeof(*inputs));
    void **outputs = calloc((size_t)lltfi_outputs_count + 1, sizeof(*outputs));

    if (argc != (int)lltfi_inputs_count + 1 || !inputs || !outputs) {
        fprintf(stderr, "usage: %s", argv[0]);
        for (int64_t i = 0; i < lltfi_inputs_count; i++)
            fprintf(stderr, " %s.npy", lltfi_inputs[i].name);
        fputc('\n', stderr);
        return 2;
    }
    for (int64_t i = 0; i < lltfi_inputs_count; i++) {
        inputs[i] = allocate(&lltfi_inputs[i]);
        if (read_input(&lltfi_inputs[i], argv[i + 1], inputs[i]) != 0)
            return 1;
    }
    for (int64_t o = 0; o < lltfi_outputs_count; o++)
        outputs[o] = allocate(&lltfi_outputs[o]);
    lltfi_main_graph(inputs, outputs);
    for (int64_t o = 0; o < lltfi_outputs_count; o++)
        print_output(&lltfi_outputs[o], outputs[o]);
    return 0;
}
