#!/bin/sh
# count.sh PASSED FAILED SKIPPED: the closing line of a suite. Where LLTFI_COUNTS names a file the counts go there as
# well: .ci/run prints their sum. A suite that ended without counts is one failure.
set -- "${1:-0}" "${2:-1}" "${3:-0}"
echo "check: $1 passed, $2 failed, $3 skipped"
[ -z "$LLTFI_COUNTS" ] || echo "$1 $2 $3" >> "$LLTFI_COUNTS"
