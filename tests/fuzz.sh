#!/bin/sh
# fuzz.sh [SECONDS]: builds the readers of untrusted files with sanitizers and runs libFuzzer on each, for 60 seconds by
# default. What it finds is written to build-fuzz; the corpora are kept there between runs.
set -e
cd "$(dirname "$0")/.."
seconds=${1:-60}
build=build-fuzz
seeds=/usr/share/libonnx-testdata/data/node
[ -f "$build/build.ninja" ] || CC=clang-19 meson setup -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false "$build"

# A corpus from the ONNX backend node tests: the files of one kind up to a size.
seed() {
    corpus=$build/corpus-$1
    [ -d "$corpus" ] && return
    mkdir -p "$corpus"
    find "$seeds" -name "$2" -size "-$3" | while read -r file; do
        cp "$file" "$corpus/$(echo "${file#"$seeds"/}" | tr / _)"
    done
}

# Arrays as NumPy writes them.
seed_arrays() {
    seed arrays 'input_*.pb' 1k
    [ -f "$build/corpus-arrays/a.npy" ] || /usr/bin/python3 - "$build/corpus-arrays" << 'EOF'
import sys, numpy
folder = sys.argv[1]
for name, array in [('a', numpy.eye(3, dtype='f4')), ('b', numpy.arange(6, dtype='>i8').reshape(2, 3)),
                    ('c', numpy.asfortranarray(numpy.ones((2, 3), 'f8'))), ('d', numpy.array(['x', 'yz'])),
                    ('e', numpy.array(True)), ('f', numpy.zeros((0, 4), 'u2')), ('g', numpy.ones(3, 'c8'))]:
    numpy.save(f'{folder}/{name}.npy', array)
    numpy.savez(f'{folder}/{name}.npz', x=array, y=array)
    numpy.savez_compressed(f'{folder}/{name}-deflated.npz', x=array)
EOF
}

# Leaks are not searched: strings of tensors are interned, and GLib leaks its old tables of them when they grow. The
# sanitized tests look for leaks. A fixed seed makes findings repeatable.
passed=0
failed=0
fuzz() {
    name=$1
    shift
    echo "fuzz-$name: $seconds seconds"
    if "$build/tests/fuzz/fuzz-$name" -reload=0 -seed=1 -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 \
        -print_final_stats=1 -artifact_prefix="$build/" "$@" "$build/corpus-$name" 2> "$build/fuzz-$name.log"; then
        grep '^stat::number_of_executed_units' "$build/fuzz-$name.log"
        passed=$((passed + 1))
    else
        cat "$build/fuzz-$name.log" >&2
        failed=$((failed + 1))
    fi
}

ninja -C "$build" tests/fuzz/fuzz-onnx tests/fuzz/fuzz-arrays
sed 's/OP(\(.*\))/"\1"/' src/ops/operators.def > "$build/operators.dict"
seed onnx model.onnx 2k
seed_arrays
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS=detect_leaks=0
fuzz onnx -dict="$build/operators.dict" -max_len=4096
fuzz arrays -max_len=4096
sh tests/count.sh $passed $failed 0
[ $failed = 0 ]
