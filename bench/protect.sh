#!/bin/sh
# protect.sh LLTFI MODELS [TRIALS [NETWORK:PICTURE...]]: what protection buys and costs, as a table in Markdown.
#
# Per run: the expected number of SDC per run at a constant fault rate per execution, copies and checks struck as well,
# compared with the plain network (lltfi compare). Paired: the same faults, in original instructions only. Instructions:
# executions added, and bounds of ranges are profiled over other pictures. Time: of the whole network, scalar and vectorized, median ratio of alternating runs.
set -e
lltfi=$(realpath "$1") models=$(realpath "$2") trials=${3:-20000}
[ $# -lt 3 ] || shift
shift 2
[ $# -gt 0 ] || set -- lenet:eight.png cnn:eight.png
source=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# timed NAME FORM WORD...: an executable that prints its time.
timed() {
    built=$1 form=$2
    shift 2
    "$lltfi" "$@" --form "$form" -o "$built.o" > /dev/null
    clang-19 -O2 -I "$source/../src" "$source/protect_time.c" "$built.o" -lm -o "$built"
}

# ratio PLAIN PROTECTED: the median of alternating runs.
ratio() {
    for _ in 1 2 3 4 5; do
        echo "$("./$2") $("./$1")"
    done | awk '{ print $1 / $2 }' | sort -n | awk 'NR == 3 { printf "%.2f", $1 }'
}

# executions WORD...: dynamic instructions of a run.
executions() {
    "$lltfi" profile "$model" -i "$picture" "$@" --format json | awk -F: '/"instructions"/ { gsub(/[ ,]/, "", $2); sum += $2 } END { printf "%.0f", sum }'
}

# reduction WORD...: "93.2 % fewer [89.0, 95.7]"
reduction() {
    "$lltfi" compare "$@" | grep -o '[0-9.]* % \(fewer\|more\) \[[^]]*\]' | head -n 1
}

campaign() {
    out=$1
    shift
    "$lltfi" run "$model" -i "$picture" --trials "$trials" --seed 2 --out "$out" -q "$@" > /dev/null 2>&1
}

echo "| network | technique | correction | SDC per run | same faults | instructions | time, scalar | time, vectorized |"
echo "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |"
for network in "$@"; do
    inputs=$models/digits
    name=${network%%:*} model=$models/${network%%:*}.onnx picture=$models/${network#*:}
    campaign "$name"
    before=$(executions)
    timed "$name.scalar" scalar compile "$model" --emit object
    timed "$name.fast" fast compile "$model" --emit object
    for pair in aid:none aid:min acd:none acd:and acd:vote shadow:none shadow:min shadow:magnitude shadow:vote range:clip; do
        technique=${pair%:*} correction=${pair#*:} plan=$name.$technique.${pair#*:}
        "$lltfi" protect "$model" -t "$technique" -c "$correction" --input "$inputs" -o "$plan.yaml" > /dev/null
        campaign "$plan.all" --protect "$plan.yaml"
        campaign "$plan.original" --protect "$plan.yaml" --protect-sites original
        timed "$plan.scalar" scalar protect "$model" --protect "$plan.yaml"
        timed "$plan.fast" fast protect "$model" --protect "$plan.yaml"
        after=$(executions --protect "$plan.yaml")
        echo "| $name | $technique | $correction | $(reduction "$name" "$plan.all" --by all) |" \
            "$(reduction "$name" "$plan.original" --paired) |" \
            "$(echo "$after $before" | awk '{ printf "+%.1f %%", 100 * ($1 / $2 - 1) }') |" \
            "$(ratio "$name.scalar" "$plan.scalar") | $(ratio "$name.fast" "$plan.fast") |"
    done
done
