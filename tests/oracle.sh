#!/bin/sh
# oracle.sh BUILD [NETWORK...]: compares LLTFI's outputs with ONNX Runtime's on real networks.
build=${1:?usage: oracle.sh BUILD [NETWORK...]}
here=$(dirname "$0")

sh "$here/oracle/install.sh" "$build" || exit 1
NODE_PATH=$(cd "$build" && pwd)/oracle/node_modules node "$here/oracle/compare.js" "$@" > "$build/oracle.log"
status=$?
cat "$build/oracle.log"
# shellcheck disable=SC2046 # three numbers
sh "$here/count.sh" $(sed -n 's/^# ONNX Runtime: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$build/oracle.log")
exit $status
