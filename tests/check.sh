#!/bin/sh
# check.sh BUILD [meson test options...]: runs the tests, says what was skipped and why, and closes with the counts.
build=$1
shift
meson test -C "$build" --print-errorlogs "$@"
status=$?

log=$build/meson-logs/testlog.txt
echo
sed -n -e '/^# .* skipped$/s/^# //p' -e 's/^# skipped /skipped /p' -e 's/^ok [0-9]* \(\/.*\) # SKIP /skipped \1: /p' "$log"
# A test that ends badly without a line that says so (a crash, a timeout) counts as one that failed.
counts=$(awk 'function end() { failed += bad && !said; bad = said = 0 }
     /^result: / { end(); bad = $0 !~ /exit status 0$/; next }
     /^ok .*# SKIP/ || /^1\.\.0 # SKIP/ { skipped++; next }
     /^ok / { passed++ }
     /^not ok / { failed++; said = 1 }
     END { end(); print passed + 0, failed + 0, skipped + 0 }' "$log")
# shellcheck disable=SC2086 # three numbers
sh "$(dirname "$0")/count.sh" $counts
exit $status
