#!/bin/sh
# table.sh NM OUT.c FOLDER STEM...: the C table of every kernel's native entry and of the bitcode that defines it.
set -e
nm=$1 out=$2 folder=$3
shift 3
symbols() {
    "$nm" --defined-only --extern-only --format=just-symbols "$folder/$1.o" | sort
}
{
    echo '#include "kernels/table.h"'
    for stem; do
        for form in fast fault; do
            name=kernel_${stem}_$form
            printf 'extern const unsigned char %s[], %s_end[];\n' "$name" "$name"
            printf '__asm__(".section .rodata\\n.balign 16\\n%s:\\n.incbin \\"%s/%s.%s.bc\\"\\n%s_end:\\n.byte 0\\n.previous\\n");\n' \
                "$name" "$folder" "$stem" "$form" "$name"
        done
        symbols "$stem" | while read -r symbol; do
            echo "void $symbol(const void *, const void *const *, void *const *, const struct box *);"
        done
    done
    echo 'const struct kernel_bitcode kernel_bitcodes[] = {'
    for stem; do
        f=kernel_${stem}_fast g=kernel_${stem}_fault
        echo "    { \"$stem\", $f, ${f}_end, $g, ${g}_end },"
    done
    echo '    { 0 } };'
    echo 'const struct kernel_native kernel_natives[] = {'
    number=0
    for stem; do
        symbols "$stem" | while read -r symbol; do
            echo "    { \"$symbol\", $symbol, &kernel_bitcodes[$number] },"
        done
        number=$((number + 1))
    done
    echo '    { 0 } };'
} > "$out"
