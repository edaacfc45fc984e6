#!/bin/sh
# table.sh NM OUT.c FOLDER STEM...: the C table of every kernel's native entry and of the bitcode it stands in.
set -e
nm=$1 out=$2 folder=$3
shift 3
{
    echo '#include "kernels/native.h"'
    echo '#include "kernels/table.h"'
    for stem; do
        for form in fast fault; do
            symbol=kernel_${stem}_$form
            printf 'extern const unsigned char %s[], %s_end[];\n' $symbol $symbol
            printf '__asm__(".section .rodata\\n.balign 16\\n%s:\\n.incbin \\"%s/%s.%s.bc\\"\\n%s_end:\\n.byte 0\\n.previous\\n");\n' \
                $symbol "$folder" "$stem" $form $symbol
        done
    done
    for stem; do
        "$nm" --defined-only --format=just-symbols "$folder/$stem.o" | sort | while read -r symbol; do
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
    for stem; do
        "$nm" --defined-only --format=just-symbols "$folder/$stem.o" | sort | while read -r symbol; do
            echo "    { \"$symbol\", $symbol },"
        done
    done
    echo '    { 0 } };'
} > "$out"
