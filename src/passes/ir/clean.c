#include "passes/instrument.h"

const char *instrument_cleaning(enum form form)
{
    gboolean counts = form == FORM_COUNT || form == FORM_FAULT;

    return counts ? "function(mem2reg,loop-simplify,lcssa,loop(indvars),adce)" : "function(mem2reg)";
}
