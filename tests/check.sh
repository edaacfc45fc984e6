#!/bin/sh
# check.sh BUILD [meson test options...]: runs the tests, says what was skipped and why, and closes with the counts.
build=$1
shift
meson test -C "$build" --print-errorlogs "$@"
status=$?

log=$build/meson-logs/testlog.txt
echo
grep -h '^# .* skipped$\|^# skipped ' "$log" | sed 's/^# //'
awk '/^ok .*# SKIP/ || /^1\.\.0 # SKIP/ { skipped++; next }
     /^ok / { passed++ }
     /^not ok / { failed++ }
     END { printf "check: %d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$log"
exit $status
