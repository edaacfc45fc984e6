#!/bin/sh
# programs.sh BUILD [ROUNDS [NAME...]]: what instrumenting C and C++ programs costs, as one table (bench/README.md).
set -e
build=${1:?usage: programs.sh BUILD [ROUNDS [NAME...]]}
shift
here=$(dirname "$0")

[ -x "$build/bench/bench-programs" ] || ninja -C "$build" bench/bench-programs
exec "$build/bench/bench-programs" "$here/programs" "$@"
