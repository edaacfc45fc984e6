#!/bin/sh
# run.sh DRIVER FILECHECK FILE.ll: the pass of the file's RUN line over it, checked by its CHECK lines.
driver=$1 filecheck=$2 file=$3
run=$(sed -n 's/^; RUN: //p' "$file")
pass=${run%% *}
rest=${run#* }
registers=${rest%% *}
words=${rest#"$registers"}
# shellcheck disable=SC2086 # the words of the RUN line are words
"$driver" "$pass" "$registers" "$file" $words | "$filecheck" "$file"
