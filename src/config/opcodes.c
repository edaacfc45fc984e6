#include "config/campaign.h"

#include <string.h>

static const char *const opcodes[OPCODE_COUNT] = {
    [1] = "ret",
    [2] = "br",
    [3] = "switch",
    [4] = "indirectbr",
    [5] = "invoke",
    [6] = "resume",
    [7] = "unreachable",
    [8] = "cleanupret",
    [9] = "catchret",
    [10] = "catchswitch",
    [11] = "callbr",
    [12] = "fneg",
    [13] = "add",
    [14] = "fadd",
    [15] = "sub",
    [16] = "fsub",
    [17] = "mul",
    [18] = "fmul",
    [19] = "udiv",
    [20] = "sdiv",
    [21] = "fdiv",
    [22] = "urem",
    [23] = "srem",
    [24] = "frem",
    [25] = "shl",
    [26] = "lshr",
    [27] = "ashr",
    [28] = "and",
    [29] = "or",
    [30] = "xor",
    [31] = "alloca",
    [32] = "load",
    [33] = "store",
    [34] = "getelementptr",
    [35] = "fence",
    [36] = "cmpxchg",
    [37] = "atomicrmw",
    [38] = "trunc",
    [39] = "zext",
    [40] = "sext",
    [41] = "fptoui",
    [42] = "fptosi",
    [43] = "uitofp",
    [44] = "sitofp",
    [45] = "fptrunc",
    [46] = "fpext",
    [47] = "ptrtoint",
    [48] = "inttoptr",
    [49] = "bitcast",
    [50] = "addrspacecast",
    [51] = "cleanuppad",
    [52] = "catchpad",
    [53] = "icmp",
    [54] = "fcmp",
    [55] = "phi",
    [56] = "call",
    [57] = "select",
    [60] = "va_arg",
    [61] = "extractelement",
    [62] = "insertelement",
    [63] = "shufflevector",
    [64] = "extractvalue",
    [65] = "insertvalue",
    [66] = "landingpad",
    [67] = "freeze",
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
