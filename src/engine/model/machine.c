/* Makes the forms of each layer when they are first needed, describes their instructions, and runs layers. */
#include "engine/model/machine.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "config/campaign.h"
#include "engine/model/targets.h"
#include "kernels/native.h"
#include "kernels/resume.h"
#include "ops/ops.h"
#include "passes/analysis/box_dependence.h"
#include "passes/analysis/containment.h"
#include "passes/dump.h"
#include "passes/pipeline.h"

#include <malloc.h>
#include <string.h>

static void layer_code_clear(struct layer_code *code)
{
    if (code->scalar)
        LLVMDisposeModule(code->scalar);
    g_free(code->blocks);
    g_free(code->opcodes);
}

static void free_containment(struct machine *machine)
{
    g_free(machine->contained);
    g_free(machine->straight);
    g_free(machine->guarded);
}

void machine_free(struct machine *machine)
{
    if (!machine)
        return;
    for (guint l = 0; l < machine->model->layers->len; l++)
        layer_code_clear(&machine->code[l]);
    g_free(machine->code);
    g_array_unref(machine->sites);
    free_containment(machine);
    g_free(machine->offsets);
    targets_free(machine->targets);
    machine_unmap_constants(machine);
    jit_free(machine->jit);
    g_free(machine);
}

struct machine *machine_new(const struct model *model, const char *cache, int opt_level, GError **error)
{
    g_autoptr(machine_t) machine = g_new0(struct machine, 1);

    machine->model = model;
    machine->opt_level = opt_level;
    machine->code = g_new0(struct layer_code, MAX(model->layers->len, 1));
    for (guint l = 0; l < model->layers->len; l++)
        machine->code[l].grain_loop = -1;
    machine->sites = g_array_new(FALSE, TRUE, sizeof(struct site));
    g_array_set_clear_func(machine->sites, site_clear);
    machine->jit = jit_new(cache, error);
    if (!machine->jit || !machine_map_constants(machine, error))
        return NULL;
    return g_steal_pointer(&machine);
}

void machine_protect(struct machine *machine, const struct protection *protection, gboolean originals_only)
{
    machine->protection = protection;
    machine->originals_only = originals_only;
}

LLVMModuleRef machine_scalar(struct machine *machine, int layer, GError **error)
{
    struct layer_code *code = &machine->code[layer - 1];
    struct protect_order order = { .protection = machine->protection,
                                   .layer = model_layer(machine->model, layer),
                                   .first_index = code->first_original,
                                   .originals_only = machine->originals_only };

    if (code->scalar)
        return code->scalar;
    code->scalar = pipeline_layer(machine->model, order.layer, FORM_SCALAR, machine->opt_level,
                                  machine->protection ? &order : NULL, error);
    code->n_originals = order.n_originals;
    code->n_protected = order.n_protected;
    return code->scalar;
}

void machine_drop_modules(struct machine *machine)
{
    for (guint l = 0; l < machine->model->layers->len; l++)
        g_clear_pointer(&machine->code[l].scalar, LLVMDisposeModule);
    malloc_trim(0);
}

/* Keeps what the engine needs of a scalar function after its module is freed. */
static void describe(struct layer_code *code, LLVMValueRef function, unsigned first_index)
{
    size_t n, blocks;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    code->first_index = first_index;
    code->n_instructions = n;
    g_free(code->blocks);
    g_free(code->opcodes);
    code->blocks = function_block_numbers(function, &blocks);
    code->n_blocks = (unsigned)blocks;
    code->opcodes = g_new(unsigned, n);
    for (size_t i = 0; i < n; i++)
        code->opcodes[i] = instruction_opcode(all[i]);
}

static void describe_inputs(struct layer_code *code, const struct layer *layer, LLVMValueRef function)
{
    g_autoptr(GPtrArray) loops = function_loops(function);
    unsigned parameter = 0;

    code->trusted_inputs = code->unread_inputs = 0;
    for (int i = 0; i < MIN(layer->n_inputs, 64); i++) {
        if (layer->inputs[i] < 0)
            continue;
        if (!(containment_of_parameter(loops, function, parameter) & ~(unsigned)REACH_CONTAINED))
            code->trusted_inputs |= (guint64)1 << i;
        if (!LLVMGetFirstUse(LLVMGetParam(function, parameter++)))
            code->unread_inputs |= (guint64)1 << i;
    }
}

static gboolean select_layer(struct machine *machine, int layer, const struct selection *selection,
                             unsigned *next_index, GError **error)
{
    struct layer_code *code = &machine->code[layer - 1];
    LLVMModuleRef module = machine_scalar(machine, layer, error);
    g_autoptr(GArray) sites = NULL;
    size_t n;

    if (!module)
        return FALSE;
    describe(code, layer_function(module), *next_index);
    sites = selection
                ? function_sites(layer_function(module), model_layer(machine->model, layer), selection, *next_index, &n)
                : g_array_new(FALSE, FALSE, sizeof(struct site));
    *next_index += (unsigned)code->n_instructions;
    code->first_site = machine->sites->len;
    code->n_sites = sites->len;
    code->entry[FORM_FAULT] = code->entry[FORM_GRAIN] = code->entry[FORM_MARK] = NULL;
    code->grains = GRAINS_UNKNOWN;
    code->may_go_astray = FALSE;
    describe_inputs(code, model_layer(machine->model, layer), layer_function(module));
    g_array_set_clear_func(sites, NULL);
    g_array_append_vals(machine->sites, sites->data, sites->len);
    return TRUE;
}

/* Describes all layers, and selects their sites, unless `selection` is NULL. */
static gboolean select_layers(struct machine *machine, const struct selection *selection, GError **error)
{
    unsigned next_index = 1, next_original = 1, protected = 0;

    g_array_set_size(machine->sites, 0);
    for (guint l = 1; l <= machine->model->layers->len; l++) {
        struct layer_code *code = &machine->code[l - 1];

        code->first_original = next_original;
        if (!select_layer(machine, (int)l, selection, &next_index, error))
            return FALSE;
        next_original += code->n_originals;
        protected += code->n_protected;
    }
    if (machine->protection && protected == 0)
        return set_error(error, LLTFI_ERROR_CONFIG,
                         "%s: nothing of '%s' would be protected: no layer has an instruction that its rules select",
                         machine->protection->path ? machine->protection->path : "protection", machine->model->path);
    free_containment(machine);
    machine->contained = g_new0(uint64_t, machine->sites->len + 1);
    machine->straight = g_new0(uint64_t, machine->sites->len + 1);
    machine->guarded = g_new0(uint64_t, machine->sites->len + 1);
    return TRUE;
}

gboolean machine_select(struct machine *machine, const struct selection *selection, GError **error)
{
    if (!select_layers(machine, selection, error))
        return FALSE;
    if (machine->sites->len > 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                "the selection holds no instruction of '%s': `lltfi profile` lists its layers and opcodes; check "
                "%s, insttype, funcname and regSelMethod",
                machine->model->path, setting_name("layers"));
    return FALSE;
}

static void let_constants_vary(struct machine *machine, gboolean vary)
{
    for (guint l = 0; vary != machine->constants_vary && l < machine->model->layers->len; l++)
        machine->code[l].entry[FORM_FAST] = NULL;
    machine->constants_vary = vary;
}

gboolean machine_choose(struct machine *machine, const struct campaign *campaign, GError **error)
{
    let_constants_vary(machine, campaign->level == LEVEL_WEIGHT);
    if (campaign->level == LEVEL_INSTRUCTION)
        return machine_select(machine, &campaign->selection, error);
    if (!select_layers(machine, NULL, error))
        return FALSE;
    g_clear_pointer(&machine->targets, targets_free);
    machine->targets = targets_new(machine, campaign, error);
    return machine->targets != NULL;
}

/* Copies do not change what a layer computes, so that fast forms need none; restricted ranges do, where a fault came
 * before. */
static gboolean restricts(const struct machine *machine)
{
    return machine->protection && protection_has_ranges(machine->protection);
}

/* The key of a fast form: all that its code depends on, so that cached code is found without making the module. */
static char *fast_key(const struct machine *machine, const struct layer *layer)
{
    const struct kernel_bitcode *kernel = kernel_bitcode(layer->kernel);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *passes = pipeline_text(COMPILE_LAYER, FORM_FAST);
    g_autofree char *plan = restricts(machine) ? protection_text(machine->protection) : NULL;

    g_checksum_update(sum, (const guchar *)passes, -1);
    if (plan) {
        g_checksum_update(sum, (const guchar *)plan, -1);
        g_checksum_update(sum, (const guchar *)&layer->number, sizeof(layer->number));
    }
    if (kernel)
        g_checksum_update(sum, kernel->fast, kernel->fast_end - kernel->fast);
    g_checksum_update(sum, layer->params, (gssize)layer->params_size);
    for (int i = 0; i < layer->n_inputs; i++)
        g_checksum_update(sum, (const guchar *)(layer->inputs[i] < 0 ? "-" : "i"), 1);
    for (int i = 0; i < layer->n_outputs; i++)
        g_checksum_update(sum, (const guchar *)(layer->outputs[i] < 0 ? "-" : "o"), 1);
    return g_strdup_printf("fast %s %s %s", layer->kernel, g_checksum_get_string(sum), ir_target_description());
}

/* Gives the layer's function an entry for C, and loads it. */
static gboolean load_form(struct machine *machine, const struct layer *layer, enum form form, const char *key,
                          LLVMModuleRef module, GError **error)
{
    const char *symbols[] = { LAYER_ENTRY, COUNTS_SYMBOL };
    void *addresses[G_N_ELEMENTS(symbols)] = { NULL };
    struct layer_code *code = &machine->code[layer->number - 1];
    size_t n = form == FORM_COUNT ? 2 : 1;

    if (!jit_load(machine->jit, key, module, symbols, n, addresses, error))
        return FALSE;
    code->entry[form] = (layer_entry)addresses[0];
    if (form == FORM_COUNT)
        code->counts = addresses[1];
    return TRUE;
}

/* A copy of the layer for its fast form, with its own parameters and inputs. */
static struct layer fast_layer(const struct machine *machine, const struct layer *layer)
{
    struct layer fast = *layer;
    struct resume ignored;

    fast.params = g_memdup2(layer->params, layer->params_size);
    fast.inputs = g_new0(int, layer->n_inputs + 1);
    memcpy(fast.inputs, layer->inputs, (size_t)layer->n_inputs * sizeof(int));
    if (machine->constants_vary && layer->operator->doubt_constants)
        layer->operator->doubt_constants(fast.params);
    if (layer->operator->resume && layer->operator->resume(layer, fast.params, &ignored))
        fast.n_inputs++;
    return fast;
}

/* Code from the cache needs no module; one that is printed is made all the same. */
static gboolean compile_fast(struct machine *machine, const struct layer *given, GError **error)
{
    const struct layer fast = fast_layer(machine, given), *layer = &fast;
    g_autofree void *params = fast.params, *inputs = fast.inputs;
    g_autofree char *key = fast_key(machine, layer);
    LLVMModuleRef module;
    gboolean done;
    struct protect_order order = { .protection = machine->protection, .layer = layer, .ranges_only = TRUE };
    GError *failed = NULL;

    if (!dump_is_on() && load_form(machine, layer, FORM_FAST, key, NULL, &failed))
        return TRUE;
    g_clear_error(&failed);
    module = pipeline_run(&(struct compilation){ .what = COMPILE_LAYER,
                                                 .form = FORM_FAST,
                                                 .name = layer->name,
                                                 .model = machine->model,
                                                 .protection = restricts(machine) ? &order : NULL,
                                                 .layer = layer },
                          error);
    if (!module)
        return FALSE;
    done = load_form(machine, layer, FORM_FAST, key, module, error);
    LLVMDisposeModule(module);
    return done;
}

static GArray *sites_of(const struct machine *machine, const struct layer_code *code)
{
    GArray *sites = g_array_new(FALSE, FALSE, sizeof(struct site));

    if (code->n_sites > 0)
        g_array_append_vals(sites, &g_array_index(machine->sites, struct site, code->first_site), code->n_sites);
    return sites;
}

static gboolean compile_scalar(struct machine *machine, const struct layer *layer, enum form form, GError **error)
{
    const struct layer_code *code = &machine->code[layer->number - 1];
    g_autoptr(GArray) sites = sites_of(machine, code);
    struct compilation compilation = { .what = COMPILE_LAYER,
                                       .form = form,
                                       .name = layer->name,
                                       .from = machine_scalar(machine, layer->number, error),
                                       .model = machine->model,
                                       .layer = layer,
                                       .sites = sites,
                                       .first_index = code->first_index,
                                       .first_site = code->first_site,
                                       .grain_loop = code->grain_loop };
    LLVMModuleRef module = compilation.from ? pipeline_run(&compilation, error) : NULL;
    g_autofree char *key = module ? jit_module_key(module) : NULL;
    gboolean done = module && load_form(machine, layer, form, key, module, error);

    if (module)
        LLVMDisposeModule(module);
    return done;
}

gboolean machine_compile(struct machine *machine, int number, enum form form, GError **error)
{
    const struct layer *layer = model_layer(machine->model, number);

    if (machine->code[number - 1].entry[form])
        return TRUE;
    return form == FORM_FAST ? compile_fast(machine, layer, error) : compile_scalar(machine, layer, form, error);
}

void machine_run_layer(const struct machine *machine, unsigned char *data, int number, enum form form,
                       const struct box *box)
{
    const struct layer *layer = model_layer(machine->model, number);
    const void *inputs[layer->n_inputs + 1];
    void *outputs[layer->n_outputs + 1];

    inputs[layer->n_inputs] = NULL; /* no partial sums */
    for (int i = 0; i < layer->n_inputs; i++)
        inputs[i] = layer->inputs[i] < 0 ? NULL : machine_value(machine, data, layer->inputs[i]);
    for (int i = 0; i < layer->n_outputs; i++)
        outputs[i] = layer->outputs[i] < 0 ? NULL : machine_value(machine, data, layer->outputs[i]);
    machine->code[number - 1].entry[form](inputs, outputs, box ? box : &machine->boxes[number - 1]);
}

gboolean machine_run(struct machine *machine, unsigned char *data, enum form form, double *seconds, GError **error)
{
    int n = (int)machine->model->layers->len;

    for (int l = 1; l <= n; l++)
        if (!machine_compile(machine, l, form, error))
            return FALSE;
    for (int l = 1; l <= n; l++) {
        gint64 start = g_get_monotonic_time();

        machine_run_layer(machine, data, l, form, NULL);
        if (seconds)
            seconds[l - 1] += (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    }
    return TRUE;
}

void machine_find_containment(struct machine *machine, int number, const GPtrArray *loops)
{
    struct layer_code *code = &machine->code[number - 1];
    LLVMValueRef function = layer_function(code->scalar);
    const struct loop *grain_loop = code->grain_loop < 0 ? NULL : loops->pdata[code->grain_loop];
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (unsigned s = code->first_site; s < code->first_site + code->n_sites; s++) {
        const struct site *site = &g_array_index(machine->sites, struct site, s);

        machine->contained[s] = machine->straight[s] = machine->guarded[s] = 0;
        for (int r = 0; r < MIN(site->n_registers, 64); r++) {
            LLVMValueRef instruction = all[site->index - code->first_index];
            int position = site->registers[r].position;
            unsigned reach = containment_of_register(loops, grain_loop, instruction, position);
            unsigned further = reach & ~(unsigned)REACH_CONTAINED;
            gboolean may_go_astray = further != 0 && !(further & ~(unsigned)(REACH_LOAD | REACH_ROUNDS)) &&
                                     !depends_on_box(loops, grain_loop, instruction, position);

            machine->contained[s] |= (uint64_t)(further == 0 || may_go_astray) << r;
            machine->straight[s] |= (uint64_t)!reach << r;
            machine->guarded[s] |= (uint64_t)may_go_astray << r;
        }
        code->may_go_astray |= machine->guarded[s] != 0;
    }
}
