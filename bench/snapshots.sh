#!/bin/sh
# snapshots.sh BUILD [TRIALS [NAME...]]: the mean trial of a campaign with one job, with and without snapshots, as one
# table (bench/README.md). The cost of a campaign without its trials is measured with one trial, and subtracted.
set -e
build=$(cd "${1:?usage: snapshots.sh BUILD [TRIALS [NAME...]]}" && pwd)
trials=${2:-128}
[ $# -gt 2 ] && shift 2 || set -- integer.c:30 matrix.c:15 hash.c:30 interpreter.c:30 exceptions.cc:100 strings.c:100
cd "$(dirname "$0")/programs"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# seconds SOURCE ARGUMENT TRIALS FAULT SNAPSHOTS
seconds() {
    rm -rf "$out/campaign"
    begin=$(date +%s.%N)
    "$build/src/lltfi" run "$1" -q --trials "$3" --fault "$4" --timeout 2 --jobs 1 --snapshots "$5" \
        --out "$out/campaign" -- "$2" >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
    echo "$(date +%s.%N) $begin" | awk '{ print $1 - $2 }'
}

echo '| program | no fault, without, ms | with | ratio | bit flips, without, ms | with | ratio |'
echo '| --- | ---: | ---: | ---: | ---: | ---: | ---: |'
for program in "$@"; do
    source=${program%:*} argument=${program#*:}
    seconds "$source" "$argument" 1 none off >/dev/null
    row="| $source"
    for fault in none bitflip; do
        base=$(seconds "$source" "$argument" 1 none off)
        without=$(seconds "$source" "$argument" "$trials" "$fault" off)
        with=$(seconds "$source" "$argument" "$trials" "$fault" auto)
        row="$row $(echo "$base $without $with $trials" | awk '{ a = ($2 - $1) / ($4 - 1); b = ($3 - $1) / ($4 - 1);
            printf "| %.1f | %.1f | %.2f", a * 1e3, b * 1e3, b / a }')"
    done
    echo "$row |"
done
