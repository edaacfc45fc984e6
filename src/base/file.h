/* Whole files, with errors that name them and say what is wrong in few words. */
#ifndef LLTFI_BASE_FILE_H
#define LLTFI_BASE_FILE_H

#include <glib.h>

/* A file's bytes, mapped. LLTFI_ERROR_INPUT: "model.onnx: no such file". */
GMappedFile *file_map(const char *path, GError **error);

/* Writes all bytes to a descriptor, also after interruptions and short writes. FALSE with errno. */
gboolean file_write_all(int file, const void *data, size_t size);

/* Writes a file. An existing one is replaced only when all is written. LLTFI_ERROR_RUN. */
gboolean file_write(const char *path, const void *data, size_t size, GError **error);

#endif
