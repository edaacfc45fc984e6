#!/bin/sh
# exhaustive.sh BUILD [JOBS]: the section "Exhaustive: LeNet-5" of bench/README.md: the true SDC rate of every layer, and
# how many intervals of sampled campaigns of 1,000 trials a layer contain it (SAMPLES of them, each with its own seed:
# one seed draws the same bits in every layer).
set -e
build=${1:?usage: exhaustive.sh BUILD [JOBS]}
jobs=${2:-2}
samples=${SAMPLES:-20}
models=$(dirname "$0")/../models
out=${OUT:-$build/exhaustive-lenet}
lltfi=$build/src/lltfi

"$lltfi" run "$models/lenet.onnx" --input "$models/eight.png" --exhaustive --jobs "$jobs" --out "$out/all" >"$out.txt"
"$lltfi" results "$out/all" --by layer --format csv >"$out/true.csv"
for layer in $(awk -F, 'NR > 1 && $4 > 0 { print $1 }' "$out/true.csv"); do
    for sample in $(seq "$samples"); do
        seed=$((100 * layer + sample))
        "$lltfi" run "$models/lenet.onnx" --input "$models/eight.png" --layer "#$layer" --trials 1000 --seed "$seed" \
            --quiet --jobs "$jobs" --out "$out/$seed" >/dev/null
        "$lltfi" results "$out/$seed" --by layer --format csv | grep "^$layer," >"$out/$seed.csv"
    done
done
exec /usr/bin/python3 "$(dirname "$0")/exhaustive.py" "$out" "$samples"
