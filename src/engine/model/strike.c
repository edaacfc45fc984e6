#include "engine/model/strike.h"

#include <string.h>

/* The i-th place of the struck element: a tensor and the element's number in it. */
static gboolean find_place(const struct machine *machine, const struct planned *planned, guint i, int *value,
                           int64_t *element)
{
    const struct target *target = planned->target;
    const struct weight_copy *copy;

    if (!target->copies) {
        *value = target->value;
        *element = (int64_t)planned->element;
        return i == 0;
    }
    if (i >= target->copies->len)
        return FALSE;
    copy = &g_array_index(target->copies, struct weight_copy, i);
    *value = copy->value;
    *element = copy_place(machine, copy, planned->element);
    return TRUE;
}

static enum element struck_type(const struct machine *machine, const struct planned *planned)
{
    return model_value(machine->model, planned->target->value)->type;
}

/* An element narrower than a byte is extended to a byte in memory. */
static void extend(enum element type, unsigned bits, unsigned char *bytes)
{
    gboolean is_signed = type == ELEMENT_INT4 || type == ELEMENT_INT2;

    if (is_signed && bytes[0] >> (bits - 1) & 1)
        bytes[0] |= (unsigned char)(0xffu << bits);
    else if (bits < 8)
        bytes[0] &= (unsigned char)((1u << bits) - 1);
}

static void keep_bits(uint64_t value[2], unsigned bits)
{
    if (bits < 64)
        value[0] &= ((uint64_t)1 << bits) - 1;
}

void strike_draw(const struct machine *machine, unsigned char *data, const struct planned *planned,
                 struct strike *strike)
{
    enum element type = struck_type(machine, planned);
    struct runtime_plan plan = planned->runtime;
    size_t size = element_size(type);
    unsigned bits = target_bits(type);
    int64_t element;
    int value;

    memset(strike, 0, sizeof(*strike));
    if (!find_place(machine, planned, 0, &value, &element))
        return;
    memcpy(strike->before, (const char *)machine_value(machine, data, value) + (size_t)element * size, size);
    memcpy(strike->after, strike->before, size);
    strike->activated = runtime_change(&plan, strike->after, bits, &strike->injection);
    extend(type, bits, strike->after);
    keep_bits(strike->injection.old_value, bits);
    keep_bits(strike->injection.new_value, bits);
    strike->changed = memcmp(strike->before, strike->after, size) != 0;
}

void strike_write(const struct machine *machine, unsigned char *data, const struct planned *planned,
                  const unsigned char *bytes)
{
    size_t size = element_size(struck_type(machine, planned));
    int64_t element;
    int value;

    for (guint i = 0; find_place(machine, planned, i, &value, &element); i++) {
        size_t offset = machine->offsets[value] + (size_t)element * size;

        if (planned->level == LEVEL_WEIGHT)
            machine_write_constant(machine, offset, bytes, size);
        else
            memcpy(data + offset, bytes, size);
    }
}

gboolean strike_place(const struct machine *machine, const struct planned *planned, guint i, int *value,
                      struct box *box)
{
    const struct value *tensor;
    int64_t element;

    if (!find_place(machine, planned, i, value, &element))
        return FALSE;
    tensor = model_value(machine->model, *value);
    for (int d = tensor->rank - 1; d >= 0; d--) {
        box->lo[d] = element % tensor->dims[d];
        box->hi[d] = box->lo[d] + 1;
        element /= tensor->dims[d];
    }
    return TRUE;
}

int planned_first_layer(const struct machine *machine, const struct planned *planned)
{
    int layer = 1;

    if (planned->level != LEVEL_WEIGHT)
        return planned->layer;
    while (!target_is_read(machine, planned->target, layer))
        layer++;
    return layer;
}

void planned_mark(const struct machine *machine, const struct planned *planned, unsigned site,
                  struct propagation *propagation)
{
    if (!planned->target)
        propagation_strike(propagation, g_array_index(machine->sites, struct site, site).layer);
    else if (planned->level == LEVEL_TENSOR)
        propagation_strike(propagation, planned->layer);
    else
        for (int l = 1; l <= (int)machine->model->layers->len; l++)
            if (target_is_read(machine, planned->target, l))
                propagation_strike(propagation, l);
}
