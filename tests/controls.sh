#!/bin/sh
# controls.sh LLTFI PROGRAMS: campaigns without faults on programs of many kinds: each trial is benign, with snapshots and
# without, two at once. They run in a PID namespace: what confinement failed to hold would end only that.
. "$(dirname "$0")/harness.sh"
TMPDIR=$folder/tmp
export TMPDIR
mkdir "$TMPDIR"
unset MALLOC_PERTURB_
trials=${TRIALS:-40}

# apart COMMAND...: in a PID namespace, as far as the system allows one.
apart() {
    if unshare --pid --fork --mount-proc true 2> /dev/null; then
        unshare --pid --fork --mount-proc "$@"
    elif unshare --user --map-root-user --pid --fork --mount-proc true 2> /dev/null; then
        unshare --user --map-root-user --pid --fork --mount-proc "$@"
    else
        "$@"
    fi
}

# query FOLDER SQL: the first column of each row.
query() {
    python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1] + "/campaign.db").execute(sys.argv[2]):
    print(row[0])' "$@"
}

# confined: whether programs can be confined here; if not, the test is skipped.
confined() {
    [ -e "$folder/asked" ] || apart "$lltfi" run "$programs/messages.c" -q --fault none --trials 1 --out "$folder/asked" > /dev/null 2> "$folder/answer"
    ! grep -q "runs are not confined" "$folder/answer" || { skip "$(grep "runs are not confined" "$folder/answer")" && return 1; }
}

# without_faults FILE ARGUMENTS...: every trial is benign.
without_faults() {
    file=$1
    shift
    for snapshots in auto off; do
        rm -rf campaign
        apart "$lltfi" run "$programs/$file" -q --fault none --trials "$trials" --jobs 2 \
            --snapshots $snapshots --out campaign "$@" > printed 2> messages || fail "$file, snapshots $snapshots: $(cat messages)"
        is "$file, snapshots $snapshots" "$(grep '^benign' printed | tr -s ' ' | cut -d' ' -f2)" "$trials"
    done
    is "temporary files" "$(ls "$TMPDIR")" ""
}

test_file_outside_the_folder() { confined && without_faults tempfile.c; }
test_one_absolute_path() { confined && without_faults absolute.c; }
test_process_identity() { confined && without_faults identity.c; }
test_clocks() { confined && without_faults clocks.cc; }
test_path_of_the_folder() { confined && without_faults place.c; }
test_deep_folders_without_rights() { confined && without_faults deep.c; }
test_results_on_standard_error() { without_faults messages.c; }
test_results_in_files() { without_faults writes.c; }
test_shared_memory() { confined && without_faults memory.c; }
test_server_and_client() { confined && without_faults talks.c; }
test_engine_files_are_out_of_reach() { confined && without_faults spoils.c; }

test_signals_to_all() {
    confined || return
    without_faults kills.c
    apart "$lltfi" run "$programs/kills.c" -q --trials "$trials" --jobs 2 --registers allreg --seed 3 \
        --out struck > printed 2> messages || fail "struck: $(cat messages)"
    is "trials" "$(query struck 'SELECT count(*) FROM trial')" "$trials"
}

test_processes_end_with_their_run() {
    confined || return
    without_faults leaves.c
    is "processes left" "$(pgrep -f 'sleep 431' | wc -l)" 0
}

# Killed engines leave neither processes nor, after the next campaign, folders.
test_killed_engine() {
    confined || return
    for round in 1 2 3; do
        "$lltfi" run "$programs/leaves.c" -q --trials 100000 --jobs 2 --out killed > /dev/null 2>&1 &
        engine=$!
        sleep 1
        kill -KILL $engine
        wait $engine 2> /dev/null
    done
    sleep 0.5
    is "processes left" "$(pgrep -f 'sleep 431' | wc -l)" 0
    run run "$programs/messages.c" -q --trials 1 --out after || fail "$(cat messages)"
    is "temporary files" "$(ls "$TMPDIR")" ""
}

test_struck_results_count() {
    for file in messages.c writes.c; do
        run run "$programs/$file" -q --trials 100 --seed 2 --out "$file" || fail "$(cat messages)"
        expect "$file: silent data corruption" grep -q '^SDC *[1-9]' printed
    done
}

test_nothing_to_compare() {
    run run "$programs/silent.c" -q --trials 10 --out campaign
    is "exit status" $? 1
    says "nothing to compare: without faults"
    is "folder" "$(ls)" "messages
printed"
}

test_seconds() {
    for round in 1 2 3; do
        run run "$programs/seconds.c" -q --fault none --trials 6 --out "campaign$round"
        is "exit status" $? 1
        says "control trials, into which no fault was injected, differ from the golden run"
        says "standard output, line 1: 'drawn "
        says "--ignore REGEX"
        says "--allow-nondeterminism"
    done
}

test_nondeterminism_is_measured() {
    run run "$programs/seconds.c" -q --fault none --trials 6 --allow-nondeterminism --out campaign || fail "$(cat messages)"
    expect "summary" grep -q 'control trials, .* differ from the golden run' printed
    run results campaign
    expect "results" grep -q 'control trials, .* differ from the golden run' printed
    run results campaign --format csv
    says "differ from the golden run without any fault"
    run results campaign --format json
    expect "JSON" grep -q '"notes": \[' printed
    run run "$programs/messages.c" -q --trials 10 --out steady
    run compare campaign steady
    expect "compare" grep -q 'Note: A: .* control trials' printed
}

test_lines_that_differ() {
    run run "$programs/stamps.c" -q --fault none --trials 40 --out refused
    is "exit status" $? 1
    without_faults stamps.c --ignore '^took [0-9]+ ns$'
    run run "$programs/stamps.c" -q --trials 100 --seed 2 --ignore '^took' --out struck || fail "$(cat messages)"
    expect "silent data corruption in the other line" grep -q '^SDC *[1-9]' printed
    run run "$programs/stamps.c" -q --trials 10 --ignore '' --out all
    is "a pattern of all lines" $? 1
    says "nothing to compare: --ignore leaves out all"
    run run "$programs/stamps.c" -q --trials 10 --ignore '(' --out wrong
    is "a wrong pattern" $? 1
    says "--ignore"
}

test_main_without_status() {
    without_faults nothing.c
    without_faults nothing.c -O 2
}

test_few_system_calls() { confined && without_faults strict.c; }

# Each fault is activated, however threads share the work.
test_threads_in_turn() {
    without_faults turns.c --libs -pthread
    run run "$programs/turns.c" -q --trials 200 --libs -pthread --out struck || fail "$(cat messages)"
    is "trials that were not activated" "$(query struck "SELECT count(*) FROM trial WHERE outcome = 'not activated'")" 0
}

# Snapshots are taken where no thread was started.
test_threads_that_are_not_started() {
    without_faults linked.c --libs -pthread
    run run "$programs/linked.c" -q --trials 40 --libs -pthread --out struck || fail "$(cat messages)"
    expect "snapshots" sh -c '! grep -q "no snapshot" messages'
}

# struck FUNCTIONS: where trials of the last campaign struck.
struck() {
    query campaign "SELECT DISTINCT function FROM site JOIN injection ON injection.site = site.number ORDER BY 1" | tr '\n' ' '
}

test_names() {
    run run "$programs/names.c" -q --funcname filter_low,filterhigh --trials 10 --out campaign
    is "exit status" $? 1
    says "has no function 'filterhigh' (did you mean 'filter_high'?)"
    run run "$programs/names.c" -q --index 3,9999 --trials 10 --out campaign
    is "exit status" $? 1
    says "there is no instruction 9999"
    run run "$programs/names.c" -q --funcname 'filter_*' --trials 60 --out campaign || fail "$(cat messages)"
    is "by a pattern" "$(struck)" "filter_high filter_low "
    rm -rf campaign
    run run "$programs/names.c" -q --funcname '!main' --trials 60 --out campaign || fail "$(cat messages)"
    is "all but one" "$(struck)" "filter_high filter_low "
}

test_models() {
    [ -e "$programs/../../models/lenet.onnx" ] || { skip "no models" && return; }
    run run "$programs/../../models/lenet.onnx" --input "$programs/../../models/eight.png" -q --trials 500 --out model || fail "$(cat messages)"
    controls=$(query model "SELECT value FROM campaign WHERE name = 'control trials'")
    [ "${controls:-0}" -ge 24 ] || fail "control trials: $controls"
    is "control trials that differ" "$(query model "SELECT value FROM campaign WHERE name = 'control trials that differ'")" 0
}

run_tests controls file_outside_the_folder one_absolute_path process_identity clocks path_of_the_folder \
    deep_folders_without_rights results_on_standard_error results_in_files shared_memory server_and_client \
    engine_files_are_out_of_reach signals_to_all processes_end_with_their_run killed_engine struck_results_count \
    nothing_to_compare seconds nondeterminism_is_measured lines_that_differ main_without_status few_system_calls \
    threads_in_turn threads_that_are_not_started names models
