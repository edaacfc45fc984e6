#!/bin/sh
# embed.sh FILE OUT.c: the file's octets as runtime_main_bitcode.
set -e
file=$(realpath "$1")
cat > "$2" <<END
#include "runtime/program.h"
__asm__(".section .rodata\n.balign 16\n.globl runtime_main_bitcode, runtime_main_bitcode_end\n"
        "runtime_main_bitcode:\n.incbin \"$file\"\nruntime_main_bitcode_end:\n.byte 0\n.previous\n");
END
