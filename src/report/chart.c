#include "report/chart.h"

#include "base/errors.h"
#include "base/file.h"
#include "report/flow.h"
#include "report/rates.h"
#include "report/render/render.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* "SDC rate by layer: lenet.onnx, 2000 trials, bitflip, 1 bit". */
static char *make_title(struct store *store, const char *what)
{
    g_autofree char *path = store_get(store, "model"), *trials = store_get(store, "trials"),
                    *fault = store_get(store, "fault");
    g_autofree char *model = path ? g_path_get_basename(path) : NULL;

    return g_strdup_printf("SDC rate by %s: %s, %s trials, %s", what, model ? model : "?", trials ? trials : "?",
                           fault ? fault : "?");
}

static gboolean write_chart(struct store *store, const char *folder, const char *what, struct breakdown *loaded,
                            const struct report_option *option, GError **error)
{
    g_autoptr(breakdown_t) breakdown = loaded;
    g_autofree char *name = g_strdup_printf("sdc-by-%s.svg", what), *title = make_title(store, what);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(document_t) document = document_new(title);
    g_autoptr(GString) picture = g_string_new(NULL);

    if (!breakdown)
        return FALSE;
    document_sheet(document, groups_sheet(breakdown, title, option, TRUE));
    render_svg(document, option, picture);
    return file_write(path, picture->str, picture->len, error);
}

static gboolean write_flow(struct store *store, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "propagation.svg", NULL);
    g_autoptr(flow_t) flow = NULL;
    g_autofree char *picture = NULL;

    if (!store_has_propagation(store))
        return TRUE;
    flow = flow_load(store, error);
    picture = flow ? flow_draw(flow) : NULL;
    return picture && file_write(path, picture, strlen(picture), error);
}

gboolean charts_write(struct store *store, const char *dir, const struct report_option *option, GError **error)
{
    g_autofree char *folder = g_build_filename(dir, "graphs", NULL);
    enum report_by by = store_is_program(store) ? BY_FUNCTION : BY_LAYER;

    if (g_mkdir_with_parents(folder, 0777) != 0)
        return set_error(error, LLTFI_ERROR_STORE, "%s: cannot make the folder: %s", folder, g_strerror(errno));
    return write_chart(store, folder, by == BY_LAYER ? "layer" : "function", breakdown_load(store, by, error), option,
                       error) &&
           write_chart(store, folder, "bit", breakdown_load_bit_groups(store, FALSE, error), option, error) &&
           write_flow(store, folder, error);
}
