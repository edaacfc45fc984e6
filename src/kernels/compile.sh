#!/bin/sh
# compile.sh CLANG SOURCE FAST.bc FAULT.bc NATIVE.o [flags...]: one kernel file in its three compilations.
# The bitcode is not optimized here: that happens once the parameters of a layer are known.
set -e
clang=$1 source=$2 fast=$3 fault=$4 native=$5
shift 5
src=$(dirname "$0")/..
common="-std=c17 -O2 -Wall -Wextra -Werror -Wno-psabi -Wno-pass-failed -fno-discard-value-names -ffp-contract=off -fno-strict-aliasing
        -Xclang -ffloat16-excess-precision=none -Xclang -fbfloat16-excess-precision=none -fno-builtin-printf -fPIC"
"$clang" -I "$src" $common -DFAST=1 -Xclang -disable-llvm-passes -emit-llvm -c "$source" -o "$fast"
"$clang" -I "$src" $common -DFAST=0 -Xclang -disable-llvm-passes -emit-llvm -c "$source" -o "$fault"
"$clang" -I "$src" $common -DFAST=0 -fno-vectorize -fno-slp-vectorize "$@" -c "$source" -o "$native"
