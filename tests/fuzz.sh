#!/bin/sh
# fuzz.sh [SECONDS]: builds the readers of untrusted files with sanitizers and runs libFuzzer on each, 60 seconds unless
# told otherwise. What it finds lies in build-fuzz; the corpora are kept there between runs.
set -e
cd "$(dirname "$0")/.."
seconds=${1:-60}
build=build-fuzz
seeds=/usr/share/libonnx-testdata/data/node
[ -d "$build" ] || CC=clang-19 meson setup -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false "$build"

# A corpus from the ONNX backend node tests: the files of one kind up to a size.
seed() {
    corpus=$build/corpus-$1
    [ -d "$corpus" ] && return
    mkdir -p "$corpus"
    find "$seeds" -name "$2" -size "-$3" | while read -r file; do
        cp "$file" "$corpus/$(echo "${file#"$seeds"/}" | tr / _)"
    done
}

fuzz() {
    name=$1
    shift
    echo "fuzz-$name: $seconds seconds"
    "$build/tests/fuzz/fuzz-$name" -reload=0 -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
        -artifact_prefix="$build/" "$@" "$build/corpus-$name" 2> "$build/fuzz-$name.log" || {
        cat "$build/fuzz-$name.log" >&2
        exit 1
    }
    grep '^stat::number_of_executed_units' "$build/fuzz-$name.log"
}

ninja -C "$build" tests/fuzz/fuzz-onnx
sed 's/OP(\(.*\))/"\1"/' src/ops/operators.def > "$build/operators.dict"
seed onnx model.onnx 2k
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
fuzz onnx -dict="$build/operators.dict" -max_len=4096
