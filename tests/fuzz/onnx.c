/* Any octets as a model: parsed, and lowered without inputs. */
#include "frontend/frontend.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(onnx_model_t) onnx = onnx_parse(data, size, "/nonexistent/fuzz.onnx", &error);
    g_autoptr(model_t) model = onnx ? onnx_lower(onnx, NULL, NULL, &error) : NULL;

    g_assert((model != NULL) != (error != NULL));
    return 0;
}
