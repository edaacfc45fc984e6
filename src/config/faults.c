/* Names of faults: those that hit registers, and LLFI's software faults, which need a C program. */
#include "config/campaign.h"
#include "config/words.h"

#include "base/errors.h"

#include <string.h>

static const char *const software_faults[] = {
    "BufferOverflow(API)",
    "BufferUnderflow(API)",
    "InappropriateClose(API)",
    "IncorrectOutput(API)",
    "NoClose(API)",
    "NoOpen(API)",
    "NoOutput(API)",
    "WrongAPI(API)",
    "WrongMode(API)",
    "BufferOverflowMalloc(Data)",
    "BufferOverflowMemmove(Data)",
    "DataCorruption(Data)",
    "WrongDestination(Data)",
    "WrongSource(Data)",
    "WrongPointer(Data)",
    "WrongRetrievedAddress(IO)",
    "WrongSavedAddress(IO)",
    "WrongRetrievedFormat(IO)",
    "WrongSavedFormat(IO)",
    "DeadLock(MPI)",
    "InvalidMessage(MPI)",
    "InvalidSender(MPI)",
    "NoAck(MPI)",
    "NoDrain(MPI)",
    "NoMessage(MPI)",
    "PacketStorm(MPI)",
    "CPUHog(Res)",
    "DeadLock(Res)",
    "InvalidPointer(Res)",
    "LowMemory(Res)",
    "MemoryExhaustion(Res)",
    "MemoryLeak(Res)",
    "StalePointer(Res)",
    "ThreadKiller(Res)",
    "UnderAccumulator(Res)",
    "RaceCondition(Timing)",
    "HighFrequentEvent(Timing)",
    /* What LLFI replaces by the name of the selector. */
    "SoftwareFault",
    "AutoInjection",
    "Automated",
    "Automatic",
};

static const struct word faults[] = {
    { "none", FAULT_NONE },
    { "bitflip", FAULT_BITFLIP },
    { "stuck_at_0", FAULT_STUCK_AT_0 },
    { "stuck_at_1", FAULT_STUCK_AT_1 },
    { "random_value", FAULT_RANDOM_VALUE },
    { NULL },
};

static const struct word levels[] = {
    { "instruction", LEVEL_INSTRUCTION },
    { "tensor", LEVEL_TENSOR },
    { "weight", LEVEL_WEIGHT },
    { NULL },
};

static const struct word samplings[] = { { "element", SAMPLING_ELEMENT }, { "layer", SAMPLING_LAYER }, { NULL } };

gboolean level_parse(const char *text, enum fault_level *level, GError **error)
{
    int value;

    if (!word_parse(levels, text, &value, error))
        return FALSE;
    *level = (enum fault_level)value;
    return TRUE;
}

gboolean sampling_parse(const char *text, enum sampling *sampling, GError **error)
{
    int value;

    if (!word_parse(samplings, text, &value, error))
        return FALSE;
    *sampling = (enum sampling)value;
    return TRUE;
}

gboolean is_software_fault(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(software_faults); i++)
        if (strcmp(software_faults[i], name) == 0)
            return TRUE;
    return FALSE;
}

gboolean fault_type_parse(const char *text, enum fault_type *fault, GError **error)
{
    int value;

    if (is_software_fault(text)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "'%s' is a software fault: it changes calls of a C program, which a model does not have; use "
                    "bitflip, stuck_at_0, stuck_at_1 or random_value",
                    text);
        return FALSE;
    }
    if (!word_parse(faults, text, &value, error))
        return FALSE;
    *fault = (enum fault_type)value;
    return TRUE;
}
