#include "cli/sample_plan.h"
#include "terminal/terminal.h"

#include "report/render/render.h"
#include "report/trial/sample_plan.h"

static const char advice[] = "for a layer's n it must be limited to it (--layer), or go on until every layer is known "
                             "(--until-error X% --until-error-by layer).";

/* The bits that --bits or --bit allows; empty: all. */
static GArray *chosen_bits(const struct campaign *campaign)
{
    const struct run_option *option = campaign->runs->pdata[0];
    GArray *bits = g_array_copy(campaign->bits);

    if (option->bit >= 0 && bits->len == 0) {
        unsigned bit = (unsigned)option->bit;

        g_array_append_val(bits, bit);
    }
    return bits;
}

gboolean sample_plan_print(const struct model_subject *session, double error_width, FILE *to, GError **error)
{
    g_autoptr(GArray) bits = chosen_bits(session->base.campaign);
    const struct sample_plan plan = { session->model, session->machine, session->golden, session->inputs->len,
                                      bits,           error_width,      advice };
    g_autoptr(document_t) document = sample_plan_document(&plan);
    struct report_option option = { 0 };

    terminal_describe(&option);
    return render(document, &option, to, error) && fputs("\n", to) >= 0;
}
