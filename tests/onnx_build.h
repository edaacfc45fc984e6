/* ONNX models made in memory, for tests. The model owns everything; build_free frees it. */
#ifndef LLTFI_TESTS_ONNX_BUILD_H
#define LLTFI_TESTS_ONNX_BUILD_H

#include "base/tensor.h"

#include "onnx.pb-c.h"

Onnx__ModelProto *build_model(int opset);
void build_free(Onnx__ModelProto *model);

/* Inputs and outputs are names separated by blanks; "-" is one that is left out. An empty `name`: unnamed. */
Onnx__NodeProto *build_node(Onnx__ModelProto *model, const char *name, const char *type, const char *inputs,
                            const char *outputs);
Onnx__AttributeProto *build_int(Onnx__NodeProto *node, const char *name, int64_t value);
Onnx__AttributeProto *build_ints(Onnx__NodeProto *node, const char *name, size_t n, const int64_t *values);

/* Shapes are extents and symbols separated by ',': "batch,3,8"; "" is a scalar, NULL no shape, "?" an extent without
 * a name. */
void build_input(Onnx__ModelProto *model, const char *name, int type, const char *shape);
void build_output(Onnx__ModelProto *model, const char *name, int type, const char *shape);
void build_value_info(Onnx__ModelProto *model, const char *name, int type, const char *shape);

/* An initializer with raw data; bytes NULL: without data. */
Onnx__TensorProto *build_initializer(Onnx__ModelProto *model, const char *name, int type, const char *shape,
                                     const void *bytes, size_t size);

/* Data in a file: adds "location", "offset" and "length" (numbers below 0: not given). */
void build_external(Onnx__TensorProto *tensor, const char *location, int64_t offset, int64_t length);

/* The model as bytes. */
GBytes *build_bytes(const Onnx__ModelProto *model);
/* Writes the model to a file, and frees it. */
void build_write(Onnx__ModelProto *model, const char *path);

#endif
