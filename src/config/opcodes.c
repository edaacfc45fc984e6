#include "config/campaign.h"

#include <string.h>

static const char *const opcodes[OPCODE_COUNT] = {
#define OPCODE(number, name, constant) [number] = name,
#include "config/opcodes.def"
};

const char *opcode_name(unsigned opcode)
{
    return opcode < OPCODE_COUNT ? opcodes[opcode] : NULL;
}

unsigned opcode_number(const char *name)
{
    for (unsigned o = 1; o < OPCODE_COUNT; o++)
        if (opcodes[o] && strcmp(opcodes[o], name) == 0)
            return o;
    return 0;
}
