#!/bin/sh
# oracle.sh BUILD [NETWORK...]: compares LLTFI's outputs with ONNX Runtime's on real networks.
set -e
build=${1:?usage: oracle.sh BUILD [NETWORK...]}
oracle=$(dirname "$0")/oracle

sh "$oracle/install.sh" "$build"
NODE_PATH=$(cd "$build" && pwd)/oracle/node_modules exec node "$oracle/compare.js" "$@"
