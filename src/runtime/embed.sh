#!/bin/sh
# embed.sh FILE OUT.c NAME HEADER: the file's bytes as NAME and NAME_end, which the header declares.
set -e
file=$(realpath "$1")
cat > "$2" <<END
#include "$4"
__asm__(".section .rodata\n.balign 16\n.globl $3, $3_end\n"
        "$3:\n.incbin \"$file\"\n$3_end:\n.byte 0\n.previous\n");
END
