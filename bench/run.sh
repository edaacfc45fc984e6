#!/bin/sh
# run.sh BUILD [NETWORK...]: measures the ratios of bench/README.md in one run on this machine and prints one table.
set -e
build=${1:?usage: run.sh BUILD [NETWORK...]}
here=$(dirname "$0")

sh "$here/../tests/oracle/install.sh" "$build"
NODE_PATH=$(cd "$build" && pwd)/oracle/node_modules exec node "$here/bench.js" "$@"
