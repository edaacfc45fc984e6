/* Reads any bytes as a file with tensors: .npy, .npz, TensorProto. */
#include "frontend/frontend.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void check(struct tensor *tensor, GError **error)
{
    g_assert((tensor != NULL) != (*error != NULL));
    tensor_free(tensor);
    g_clear_error(error);
}

static void check_archive(const char *path)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tensors = tensors_load_npz(path, names, &error);

    g_assert((tensors != NULL) != (error != NULL));
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    GError *error = NULL;

    g_assert(file >= 0 && write(file, data, size) == (ssize_t)size);
    check(tensor_load_npy(path, &error), &error);
    check(tensor_load_proto(path, &error), &error);
    check_archive(path);
    close(file);
    return 0;
}
