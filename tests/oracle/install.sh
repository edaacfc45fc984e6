#!/bin/sh
# install.sh BUILD: installs ONNX Runtime for Node.js into BUILD/oracle, as package-lock.json pins it, if it is not there.
set -e
here=$(dirname "$0")
oracle=$1/oracle

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    sh "$here/../../scripts/install-packages.sh" nodejs npm
fi
cmp -s "$here/package-lock.json" "$oracle/installed" && exit 0
mkdir -p "$oracle"
cp "$here/package.json" "$here/package-lock.json" "$oracle"
npm ci --prefix "$oracle" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || {
    echo "ONNX Runtime could not be installed from npm: see the lines above" >&2
    exit 1
}
cp "$here/package-lock.json" "$oracle/installed"
