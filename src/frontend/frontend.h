/* Files to struct model, and input files to tensors. Everything read here is untrusted. */
#ifndef LLTFI_FRONTEND_FRONTEND_H
#define LLTFI_FRONTEND_FRONTEND_H

#include "config/campaign.h"
#include "lltfi.h"

/* A parsed model whose symbolic dimensions are not bound yet. */
struct onnx_model;

struct onnx_model *onnx_load(const char *path, GError **error);
/* From memory; `path` names it in messages and locates external data. */
struct onnx_model *onnx_parse(const void *data, size_t size, const char *path, GError **error);
void onnx_free(struct onnx_model *onnx);
typedef struct onnx_model onnx_model_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(onnx_model_t, onnx_free)

/* What a graph input (initializers not counted) or output looks like in the file. Dimension -1: symbolic; symbol may be
 * NULL. */
struct onnx_port {
    const char *name;
    enum element type;
    int rank; /* -1: not given */
    int64_t dims[MAX_RANK];
    const char *symbols[MAX_RANK];
};
size_t onnx_input_count(const struct onnx_model *onnx);
const struct onnx_port *onnx_input(const struct onnx_model *onnx, size_t i);
size_t onnx_output_count(const struct onnx_model *onnx);
const struct onnx_port *onnx_output(const struct onnx_model *onnx, size_t i);

/*
 * Lowers every node: checks, shapes, kernels. `inputs` holds one tensor for each graph input (or NULL to take the shape
 * from the file and `dims`, "name=extent" strings; NULL: none). Unsupported operators are all listed in one error.
 */
struct model *onnx_lower(const struct onnx_model *onnx, struct tensor *const *inputs, const GPtrArray *dims,
                         GError **error);

/* Inputs: by content, not by file name. */
struct tensor *tensor_load_proto(const char *path, GError **error); /* TensorProto (.pb) */
struct tensor *tensor_load_npy(const char *path, GError **error);   /* .npy */
GPtrArray *tensors_load_npz(const char *path, GPtrArray *names,
                            GError **error); /* .npz, stored or deflated: struct tensor *; names receives char * */
struct tensor *tensor_load_image(const char *path, const struct onnx_port *port, const struct image_option *option,
                                 GError **error);
gboolean tensor_save_npy(const struct tensor *tensor, const char *path, GError **error);

/* One point of a campaign: a tensor for every graph input. */
struct input {
    char *path; /* as shown to the user */
    struct tensor **tensors;
    size_t count;
    int label; /* -1: none */
};
void input_free(struct input *input);

/*
 * The inputs of a campaign from files and folders as the user gave them (campaign->inputs): each file is one input
 * point for a model with one input; for several inputs "name=file" parts joined by ',', or one .npz with their names,
 * or a folder input_0.pb, input_1.pb (ONNX test data set). A folder of pictures or tensors: one input point a file,
 * sorted by name. Labels (campaign->labels) are attached. Wrong shape or type: an error that says what the model wants.
 */
GPtrArray *inputs_load(const struct onnx_model *onnx, const struct campaign *campaign, GError **error);

#endif
