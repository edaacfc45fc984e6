#!/bin/sh
# run.sh DRIVER FILECHECK FILE.ll: the pass of the file's RUN line over it, checked by its CHECK lines. Prints TAP.
driver=$1 filecheck=$2 file=$3
run=$(sed -n 's/^; RUN: //p' "$file")
pass=${run%% *}
rest=${run#* }
registers=${rest%% *}
words=${rest#"$registers"}
echo 1..1
# shellcheck disable=SC2086 # the words of the RUN line are words
if "$driver" "$pass" "$registers" "$file" $words | "$filecheck" "$file"; then
    echo "ok 1 - $(basename "$file")"
else
    echo "not ok 1 - $(basename "$file")"
fi
