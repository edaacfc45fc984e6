#!/bin/sh
# check.sh BUILD [meson test options...]: runs the tests, says what was skipped and why, then which failed, and closes with
# the counts.
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
# With the test's name; of one that ends badly, the last line that it printed.
awk 'function end() { if (bad && !said) print "failed: " test ": " result ", after: " last; bad = said = 0 }
     /^test: / { end(); test = $0; sub(/^test: */, "", test); last = "nothing" }
     /^result: / { result = $0; sub(/^result: */, "", result); bad = result != "exit status 0"; next }
     /^not ok / { said = 1; print "failed: " test ": " $0 }
     /^(ok|Bail out!) / { last = $0 }
     END { end() }' "$log" | tee -a "${LLTFI_FAILURES:-/dev/null}"
# shellcheck disable=SC2086 # three numbers
sh "$(dirname "$0")/count.sh" $counts
exit $status
