/* A file that holds one TensorProto. */
#include "frontend/frontend.h"
#include "frontend/onnx/onnx.h"

#include "base/errors.h"
#include "base/file.h"

struct tensor *tensor_load_proto(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autofree char *folder = g_path_get_dirname(path);
    struct tensor *tensor;
    Onnx__TensorProto *proto;

    if (!file)
        return NULL;
    proto = onnx__tensor_proto__unpack(NULL, g_mapped_file_get_length(file),
                                       (const guint8 *)g_mapped_file_get_contents(file));
    if (!proto) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "%s: this is not an ONNX tensor, or it is truncated or damaged", path);
        return NULL;
    }
    tensor = tensor_from_proto(proto, folder, path, error);
    onnx__tensor_proto__free_unpacked(proto, NULL);
    return tensor;
}
