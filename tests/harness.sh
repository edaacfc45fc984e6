#!/bin/sh
# harness.sh: the common part of test scripts of the command line. They source it with LLTFI and PROGRAMS as arguments,
# define functions test_NAME, and end with run_tests. Each test has its own folder.
lltfi=$(realpath "$1")
programs=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0

# Tests run some of their parts in subshells.
fail() {
    echo "$*" | sed "s/^/# /"
    : > "$folder/failed"
}

# skip WHY
skip() {
    echo "$*" > "$folder/skipped"
}

# fixed_addresses: whether programs can be run at the same addresses each time, which some containers don't permit; if not,
# the test is skipped.
fixed_addresses() {
    setarch -R true 2> /dev/null || { skip "addresses can't be fixed here (personality is not permitted)" && return 1; }
}

# expect WHAT COMMAND...: the command succeeds.
expect() {
    what=$1
    shift
    "$@" || fail "$what: $*"
}

# is WHAT GOT WANTED
is() {
    [ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"
}

# says TEXT: the last command's messages hold it.
says() {
    grep -qF -e "$1" messages || fail "'$1' is not among the messages: $(cat messages)"
}

# lltfi's messages go to the file messages, its standard output to the file printed.
run() {
    "$lltfi" "$@" > printed 2> messages
}

# run_tests SUITE NAME...: as TAP.
run_tests() {
    suite=$1
    shift
    for test in "$@"; do
        number=$((number + 1))
        mkdir "$folder/$test" && cd "$folder/$test" || exit 1
        rm -f "$folder/failed" "$folder/skipped"
        "test_$test"
        if [ -e "$folder/failed" ]; then
            echo "not ok $number /$suite/$test"
        elif [ -e "$folder/skipped" ]; then
            echo "ok $number /$suite/$test # SKIP $(cat "$folder/skipped")"
        else
            echo "ok $number /$suite/$test"
        fi
    done
    echo "1..$number"
}
