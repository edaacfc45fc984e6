/* Files to graphs of nodes, and input files to tensors. Everything read here is untrusted. */
#ifndef LLTFI_FRONTEND_FRONTEND_H
#define LLTFI_FRONTEND_FRONTEND_H

#include "config/campaign.h"
#include "lower/lower.h"

/* An ONNX file to a graph of nodes whose symbolic dimensions are not bound yet. The caller frees. */
struct node_graph *onnx_load(const char *path, GError **error);
/* From memory; `path` names it in messages and locates external data. */
struct node_graph *onnx_parse(const void *data, size_t size, const char *path, GError **error);

/* Inputs: by content, not by file name. */
struct tensor *tensor_load_proto(const char *path, GError **error); /* TensorProto (.pb) */
struct tensor *tensor_load_npy(const char *path, GError **error);   /* .npy */
GPtrArray *tensors_load_npz(const char *path, GPtrArray *names,
                            GError **error); /* .npz, stored or deflated: struct tensor *; names receives char * */
struct tensor *tensor_load_image(const char *path, const struct port *port, const struct image_option *option,
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
GPtrArray *inputs_load(const struct node_graph *graph, const struct campaign *campaign, GError **error);

#endif
