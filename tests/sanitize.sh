#!/bin/sh
# sanitize.sh [meson test options...]: the tests, but for the long ones, again with the address and undefined-behaviour
# sanitizers, in a build of their own. What LLTFI compiles at run time is not sanitized.
set -e
cd "$(dirname "$0")/.."
build=build-sanitize
[ -f "$build/build.ninja" ] ||
    CC=clang-19 meson setup -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized "$build"
ninja -C "$build"
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS=detect_leaks=1
# Of each campaign without faults.
export TRIALS=15
exec sh tests/check.sh "$build" --no-suite long "$@"
