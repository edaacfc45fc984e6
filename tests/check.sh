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
# What failed, with the test's name, and the three counts. A test that ends badly without a line that says so (a crash, a
# timeout) counts as one that failed: with the last line that it printed.
report=$(awk 'function end() {
         if (bad && !said) { failed++; print "failed: " test ": " result ", after: " last }
         bad = said = 0
     }
     /^test: / { end(); test = $0; sub(/^test: */, "", test); last = "nothing" }
     /^result: / { result = $0; sub(/^result: */, "", result); bad = result != "exit status 0"; next }
     /^not ok / { failed++; said = 1; print "failed: " test ": " $0 }
     /^ok .*# SKIP/ || /^1\.\.0 # SKIP/ { skipped++; next }
     /^ok / { passed++ }
     /^(ok|Bail out!) / { last = $0 }
     END { end(); print passed + 0, failed + 0, skipped + 0 }' "$log")
printf '%s\n' "$report" | sed '$d' | tee -a "${LLTFI_FAILURES:-/dev/null}"
# shellcheck disable=SC2046 # three numbers
sh "$(dirname "$0")/count.sh" $(printf '%s\n' "$report" | tail -n 1)
exit $status
