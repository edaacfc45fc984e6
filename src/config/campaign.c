#include "config/campaign.h"

static void pattern_free(gpointer data)
{
    struct layer_pattern *pattern = data;

    g_free(pattern->type);
    g_free(pattern->name);
    g_free(pattern);
}

static void entry_free(gpointer data)
{
    struct instruction_selection *entry = data;

    g_ptr_array_unref(entry->include_functions);
    g_ptr_array_unref(entry->exclude_functions);
    g_array_unref(entry->indices);
    g_ptr_array_unref(entry->layers);
    g_free(entry);
}

static void run_option_free(gpointer data)
{
    struct run_option *option = data;

    g_free(option->name);
    g_free(option);
}

struct run_option *run_option_new(void)
{
    struct run_option *option = g_new0(struct run_option, 1);

    *option = (struct run_option){
        .name = g_strdup("runOption[0]"),
        .trials = 1000,
        .fault = FAULT_BITFLIP,
        .cycle = -1,
        .index = -1,
        .reg_index = -1,
        .bit = -1,
        .num_bits = 1,
        .window_len = -1,
        .max_multiple = -1,
        .window_start = -1,
        .window_end = -1,
        .seed = -1,
        .timeout = -1,
    };
    return option;
}

static const struct image_option default_image = {
    .layout = LAYOUT_AUTO,
    .scale = 1.0 / 255,
    .gamma = 1,
    .std = { 1, 1, 1, 1 },
};

static const struct outcome_option default_outcome = {
    .rule = RULE_AUTO,
    .sdc = SDC_TOP1,
    .relative_confidence = TRUE,
    .n_thresholds = 4,
    .thresholds = { 15, 30, 60, 90 },
    .absolute_tolerance = 1e-7,
    .relative_tolerance = 1e-3,
};

void selection_init(struct selection *selection)
{
    *selection = (struct selection){
        .entries = g_ptr_array_new_with_free_func(entry_free),
        .layers = g_ptr_array_new_with_free_func(pattern_free),
        .registers = REGISTER_DESTINATION,
    };
}

void selection_clear(struct selection *selection)
{
    g_ptr_array_unref(selection->entries);
    g_ptr_array_unref(selection->layers);
}

struct campaign *campaign_new(void)
{
    struct campaign *campaign = g_new0(struct campaign, 1);

    campaign->inputs = g_ptr_array_new_with_free_func(g_free);
    campaign->labels = g_ptr_array_new_with_free_func(g_free);
    campaign->dims = g_ptr_array_new_with_free_func(g_free);
    campaign->notices = g_ptr_array_new_with_free_func(g_free);
    campaign->program = (struct program_option){
        .sources = g_ptr_array_new_with_free_func(g_free),
        .arguments = g_ptr_array_new_with_free_func(g_free),
        .files = g_ptr_array_new_with_free_func(g_free),
        .links = g_ptr_array_new_with_free_func(g_free),
        .outputs = g_ptr_array_new_with_free_func(g_free),
        .ignore = g_ptr_array_new_with_free_func(g_free),
        .detected_status = -1,
    };
    selection_init(&campaign->selection);
    campaign->runs = g_ptr_array_new_with_free_func(run_option_free);
    g_ptr_array_add(campaign->runs, run_option_new());
    campaign->image = default_image;
    campaign->outcome = default_outcome;
    campaign->bits = g_array_new(FALSE, FALSE, sizeof(unsigned));
    campaign->snapshots = TRUE;
    campaign->program.confine = TRUE;
    campaign->seed = 1;
    campaign->jobs = (int)g_get_num_processors();
    campaign->timeout = -1;
    return campaign;
}

static void program_option_clear(struct program_option *program)
{
    g_ptr_array_unref(program->sources);
    g_ptr_array_unref(program->arguments);
    g_ptr_array_unref(program->files);
    g_ptr_array_unref(program->links);
    g_ptr_array_unref(program->outputs);
    g_ptr_array_unref(program->ignore);
    g_free(program->cflags);
    g_free(program->libs);
    g_free(program->input);
}

void campaign_free(struct campaign *campaign)
{
    if (!campaign)
        return;
    g_free(campaign->file);
    g_free(campaign->model);
    program_option_clear(&campaign->program);
    g_ptr_array_unref(campaign->inputs);
    g_ptr_array_unref(campaign->labels);
    g_ptr_array_unref(campaign->dims);
    g_ptr_array_unref(campaign->notices);
    selection_clear(&campaign->selection);
    g_ptr_array_unref(campaign->runs);
    g_array_unref(campaign->bits);
    g_free(campaign->outcome.command);
    g_free(campaign->protect);
    g_free(campaign->out);
    g_free(campaign);
}

struct instruction_selection *selection_add(struct selection *selection, enum selection_method method)
{
    struct instruction_selection *entry = g_new0(struct instruction_selection, 1);

    entry->method = method;
    entry->include_functions = g_ptr_array_new_with_free_func(g_free);
    entry->exclude_functions = g_ptr_array_new_with_free_func(g_free);
    entry->indices = g_array_new(FALSE, FALSE, sizeof(unsigned));
    entry->layers = g_ptr_array_new_with_free_func(pattern_free);
    g_ptr_array_add(selection->entries, entry);
    return entry;
}

struct instruction_selection *selection_replace(struct selection *selection, enum selection_method method)
{
    for (guint e = selection->entries->len; e-- > 0;)
        if (((struct instruction_selection *)selection->entries->pdata[e])->method == method)
            g_ptr_array_remove_index(selection->entries, e);
    return selection_add(selection, method);
}
