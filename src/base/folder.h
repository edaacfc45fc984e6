/* Folders of runs: filled, and removed with all that is in them. */
#ifndef LLTFI_BASE_FOLDER_H
#define LLTFI_BASE_FOLDER_H

#include <glib.h>

/* Makes the folder with copies of files and folders, which keep their relative paths and times of change. */
gboolean folder_fill(const char *folder, const GPtrArray *paths, GError **error);
/* Adds links to files and folders of the current folder. */
gboolean folder_link(const char *folder, const GPtrArray *paths, GError **error);
/* Whether a file is the one that it was copied from, by size and time of change. */
gboolean folder_is_same(const char *copy, const char *original);
/* Regular files below the folder that are not copies of files that have the same path here: char *, owned. */
GPtrArray *folder_written(const char *folder);
/* One file or folder with all that is in it. */
gboolean folder_copy(const char *from, const char *to, GError **error);
/* However deep it is, and whatever rights a program has taken away. */
void folder_remove(const char *folder);

#endif
