#!/bin/sh
# program_runs.sh LLTFI PROGRAMS: what lltfi's own verbs do with programs, as a user sees it. No temporary file may be left.
. "$(dirname "$0")/harness.sh"
TMPDIR=$folder/tmp
export TMPDIR
mkdir "$TMPDIR"
# Meson sets it: malloc would touch all that it gives.
unset MALLOC_PERTURB_

# sum COLUMN: of the CSV in the file printed.
sum() {
    tail -n +2 printed | awk -F, -v c="$1" '{ n += $c } END { print n }'
}

# outcome NAME: its count in the campaign.
outcome() {
    "$lltfi" results campaign --format csv | awk -F, -v name="$1" '$1 == "outcome" && $2 == name { print $3 }'
}

nothing_left() {
    is "temporary files" "$(ls "$TMPDIR")" ""
}

# interrupt PID: as Ctrl-C does; it ends as interrupted and leaves no files.
interrupt() {
    kill -INT "$1"
    wait "$1"
    is "exit status" $? 130
    sleep 0.2
    nothing_left
}

# campaign ARGUMENTS: of lltfi run, into the folder campaign.
campaign() {
    rm -rf campaign
    run run --out campaign -q "$@" || fail "run $*: $(cat messages)"
    nothing_left
}

test_profile() {
    run profile "$programs/sort.c" --by function --format csv -- 12 || fail "$(cat messages)"
    instructions=$(sum 4) selected=$(sum 5)
    is "functions" "$(tail -n +2 printed | cut -d, -f2 | tr -d '"' | sort | tr '\n' ' ')" "compare draw main "
    for by in opcode line; do
        run profile "$programs/sort.c" --by $by --format csv -- 12
        is "instructions by $by" "$(sum 4)" "$instructions"
        is "selected by $by" "$(sum 5)" "$selected"
    done
    run profile "$programs/sort.c" -- 12
    expect "the golden run" grep -q "golden run: exit status 0, .* $selected selected instructions" printed
    run profile "$programs/sort.c" --by layer -- 12
    is "exit status of layers" $? 2
    says "must be one of function, opcode, line, instruction"
    nothing_left
}

# Its signal handler executes gates while the runtime is at work.
test_signals() {
    for threads in "" --threads; do
        campaign "$programs/ticks.c" --fault none --trials 24 --jobs 1 $threads
        is "benign trials" "$(outcome benign)" 24
    done
}

test_missing_files() {
    campaign "$programs/ends.c" --trials 2 -- exit
    says "ends with exit status 3 without any fault. It runs in a folder of its own: does it lack files"
}

# A file describes a program as options do: it is the same campaign, and its folder describes it.
test_described_by_a_file() {
    cp "$programs/sort.c" sort.c && echo words > words.txt && mkdir files && cp words.txt files
    cat > sort.yaml <<'END'
program:
  sources: sort.c
  arguments: [12, words.txt]
  cflags: -O1 -DNAME="a b"
  files: [files]
  stdin: words.txt
  detected_status: 3
runOption:
  - run: {numOfRuns: 6, fi_type: bitflip}
out: by-file
END
    run run --config sort.yaml -q || fail "$(cat messages)"
    run run sort.c -n6 --cflags '-O1 -DNAME="a b"' --files files --stdin words.txt --detected-status 3 -o by-file -q \
        -- 12 words.txt || fail "the same by options: $(cat messages)"
    run replay by-file -t0 || fail "$(cat messages)"
    run run --config sort.yaml -n7 -q -- 12
    is "other arguments" $? 1
    says "the folder holds another campaign"
    run run --config sort.yaml "$programs/../../models/lenet.onnx"
    is "a model in place of the program" $? 2
    says "is a model, but 'sort.yaml' describes a program"
    run run --config sort.yaml --exhaustive
    is "what only models have" $? 2
    says "'sort.c' is a program, and --exhaustive is for models"
}

# Short options take their values as those of other tools do: attached, bundled, or as the next word.
test_attached_values() {
    cp "$programs/sort.c" sort.c
    run run sort.c -qn5 -s7 -j1 -O1 --cflags -O1 --libs -lm -oa -- -n3 || fail "$(cat messages)"
    run run sort.c -q -n 5 -s 7 -j 1 -O 1 --cflags -O1 --libs -lm -o a -- -n3 || fail "not the same: $(cat messages)"
    run results a -bbit || fail "$(cat messages)"
    run replay a -t1 || fail "$(cat messages)"
    run run sort.c -qz5
    is "an unknown letter" $? 2
}

test_listing() {
    cp "$programs/sort.c" sort.c
    campaign sort.c --trials 60 -- 12
    is "pictures" "$(cd campaign/graphs && echo *)" "sdc-by-bit.svg sdc-by-function.svg"
    expect "its title" grep -q "SDC rate by function: sort.c" campaign/graphs/sdc-by-function.svg
    run results campaign --source || fail "$(cat messages)"
    is "the source is there" "$(grep -cF "qsort(v, (size_t)n" printed)" 1
    is "a line of code has a rate" "$(grep -c '^ *6 .* %.*\[.*return' printed)" 1
    is "one without code has none" "$(grep -c '^ *2 .*%' printed)" 0
    run results campaign --source --format html
    is "lines of the page" "$(grep -c '<tr' printed)" "$(($(wc -l < sort.c) + 1))"
    is "text is escaped" "$(grep -c '#include <' printed)" 0
    (mkdir elsewhere && cd elsewhere && "$lltfi" run "$folder/listing/sort.c" --trials 5 --out campaign -q -- 5 > printed 2>&1 &&
        "$lltfi" results campaign --source | grep -q "qsort") || fail "a source beside the folder is not found"
    rm sort.c
    run results campaign --source
    expect "a source that is gone is reported" grep -q '(source not found)' printed
    run results campaign --source --file other.c
    is "exit status without such a file" $? 1
    run run "$programs/../../models/lenet.onnx" --input "$programs/../../models/eight.png" --trials 5 --out model -q
    run results model --source
    is "exit status for a model" $? 1
    says "the campaign is about a model"
}

test_hang() {
    cat > count.c <<'EOF'
#include <stdio.h>
int main(void)
{
    unsigned long i = 0;
    while (i != 1000)
        i += 10;
    printf("%lu\n", i);
    return 0;
}
EOF
    campaign count.c --insttype add --bit 0 --trials 4 --timeout 0.3
    is "hangs" "$(outcome hang)" 4
}

test_a_program_that_differs_by_itself() {
    cat > chance.c <<'EOF'
#include <stdio.h>
#include <sys/random.h>
int main(void)
{
    unsigned long long number = 0;
    getrandom(&number, sizeof number, 0);
    printf("same\nnumber %llu\n", number);
    return 0;
}
EOF
    campaign chance.c --fault none --trials 2 --allow-nondeterminism
    says "two runs without faults differ (standard output, line 2"
    is "SDC without a fault" "$(outcome SDC)" 2
}

test_tolerance_and_command() {
    cat > real.c <<'EOF'
#include <stdio.h>
int main(int argc, char **argv)
{
    double x = argc, y = 0;
    for (int i = 0; i < 20; i++)
        y = x * 1.25;
    (void)argv;
    printf("y = %.17g\n", y);
    return 0;
}
EOF
    campaign real.c --insttype fmul --cycle 20 --bit 0 --trials 3
    is "every bit counts" "$(outcome SDC)" 3
    campaign real.c --insttype fmul --cycle 20 --bit 0 --trials 3 --tolerance 1e-9
    is "within the tolerance" "$(outcome benign)" 3
    campaign real.c --insttype fmul --cycle 20 --bit 51 --trials 3 --tolerance 1e-9
    is "beyond the tolerance" "$(outcome SDC)" 3
    campaign real.c --insttype fmul --cycle 20 --bit 51 --trials 3 --compare-command true
    is "the command says benign" "$(outcome benign)" 3
    campaign real.c --insttype fmul --cycle 20 --bit 0 --trials 3 --compare-command cmp
    is "the command says SDC" "$(outcome SDC)" 3
}

test_faults_of_one_trial() {
    cat > sum.c <<'EOF'
#include <stdio.h>
int main(void)
{
    unsigned total = 0;
    for (unsigned i = 0; i < 10; i++)
        total += i * 2;
    printf("%u\n", total);
    return 0;
}
EOF
    campaign sum.c --insttype mul --bit 0 --trials 1
    is "one fault" "$("$lltfi" replay campaign --trial 0 | grep -c "became")" 1
    index=$("$lltfi" profile sum.c --insttype mul --by instruction --format csv | tail -n +2 | cut -d, -f1)
    campaign sum.c --insttype mul --fault-index "$index" --bit 0 --trials 1
    expect "every execution adds one" sh -c '"$0" replay campaign --trial 0 | grep -q "'"'90' and '100'"'"' "$lltfi"
    campaign sum.c --insttype mul --multiple 3 --window 2 --bit 4 --cycle 2 --trials 1
    is "three faults" "$("$lltfi" replay campaign --trial 0 | grep -c "became")" 3
}

test_cxx_is_linked_as_asked_for() {
    cat > plain.cc <<'EOF'
#include <cstdio>
extern "C" int twice(int);
int main() { std::printf("%d\n", twice(4)); }
EOF
    printf '#include <string>\nextern "C" int twice(int x) { return std::stoi(std::to_string(x)) * 2; }\n' > twice.cc
    c++ -c twice.cc -o twice.o && "$lltfi" compiletoIR -o plain.bc plain.cc
    campaign plain.bc --cxx --libs "$PWD/twice.o" --fault none --trials 1
    is "benign" "$(outcome benign)" 1
}

test_inputs_survive_the_program() {
    cat > eats.c <<'EOF'
#include <stdio.h>
int main(int argc, char **argv)
{
    FILE *file = fopen(argv[argc - 1], "r");
    int c = file ? fgetc(file) : -1;
    remove(argv[argc - 1]);
    printf("%d\n", c);
    return 0;
}
EOF
    echo A > food.txt
    campaign eats.c --fault none --trials 3 -- food.txt
    is "each trial has its own" "$(outcome benign)" 3
    is "the user's is there" "$(cat food.txt)" A
}

test_children_end_with_their_trial() {
    cat > leaves.c <<'EOF'
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    if (fork() == 0) {
        setsid();
        for (;;)
            sleep(1);
    }
    printf("parent\n");
    return 0;
}
EOF
    campaign leaves.c --fault none --trials 3
    is "benign" "$(outcome benign)" 3
    is "children that are left" "$(pgrep -fc "$TMPDIR")" 0
}

test_limits() {
    cat > greedy.c <<'EOF'
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    size_t n = 0;
    while (malloc((size_t)1 << 30))
        n++;
    printf("full\n");
    fprintf(stderr, "%zu\n", n);
    return n > 4096;
}
EOF
    campaign greedy.c --fault none --trials 1
    is "memory has an end" "$(outcome benign)" 1
    cat > talks.c <<'EOF'
#include <stdio.h>
#include <string.h>
int main(void)
{
    static char line[1 << 20];
    memset(line, 'x', sizeof(line));
    for (int i = 0; i < 80; i++)
        fwrite(line, 1, sizeof(line), stdout);
    return 0;
}
EOF
    campaign talks.c --insttype load --fault none --trials 1
    is "more output than is kept" "$(outcome benign)" 1
}

# refused TEXT STATUS FILE: run says so about the file, and makes nothing.
refused() {
    run run "$3" --out made --trials 1
    is "exit status for $3" $? "$2"
    says "$1"
    [ ! -e made ] || fail "$3: a folder is left"
    rm -rf made
    nothing_left
}

test_bad_ir() {
    printf 'define i32 @main() {\n  %%p = alloca i32\n  %%x = load i32* %%p\n  ret i32 %%x\n}\n' > typed.ll
    refused "typed.ll:3:" 1 typed.ll
    printf 'define i32 @main(i32 %%x) {\n  %%c = icmp samesign ult i32 %%x, 3\n  ret i32 0\n}\n' > newer.ll
    refused "newer.ll:2:13" 1 newer.ll
    says "If another LLVM wrote it"
    printf 'define i32 @main() {\n  ret i64 0\n}\n' > types.ll
    refused "types.ll" 1 types.ll
    printf 'define i32 @other() {\n  ret i32 0\n}\n' > nomain.ll
    refused "main" 1 nomain.ll
    printf 'define i32 @main() {\n  br label %%next\nnext:\n  %%x = add i32 %%y, 1\n  %%y = add i32 1, 1\n  ret i32 %%x\n}\n' > order.ll
    refused "order.ll" 1 order.ll
    printf 'BC\300\336damaged by something' > damaged.bc
    refused "damaged.bc" 1 damaged.bc
    "$lltfi" compiletoIR -o whole.bc "$programs/sort.c"
    head -c 900 whole.bc > short.bc
    refused "short.bc" 1 short.bc
    : > empty.bc
    refused "empty.bc" 1 empty.bc
    refused "'nothing.c': there is no such file" 1 nothing.c
}

test_another_environment() {
    fixed_addresses || return
    cat > where.c <<'EOF'
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    int here = 0;
    extern char **environ;
    printf("%p %d\n", (void *)&here, getenv("LLTFI_PADDING") || getenv("LLTFI_RUNTIME"));
    return environ[0] == NULL;
}
EOF
    campaign where.c --fault none --trials 1
    is "addresses are the same in each run" "$(grep -c differ messages)" 0
    is "outcome" "$(outcome benign)" 1
    first=$("$lltfi" replay campaign --trial 0 --format json)
    EXTRA=$(printf '%0700d' 1) MORE=2 run replay campaign --trial 0 --format json || fail "$(cat messages)"
    is "the same run" "$(cat printed)" "$first"
    EXTRA=$(printf '%0700d' 1) run run where.c --out again -q --fault none --trials 1
    a=$("$lltfi" results campaign --format json | grep '"golden"') b=$("$lltfi" results again --format json | grep '"golden"')
    is "golden run" "$b" "$a"
}

test_interrupted_golden_run() {
    "$lltfi" run "$programs/endless.c" --out made -q > printed 2> messages &
    pid=$!
    tries=0
    until pgrep -P $pid > /dev/null && [ -d "$TMPDIR"/lltfi-*/run ] || [ $tries -gt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    interrupt $pid
    [ ! -e made ] || fail "a campaign's folder is left"
    is "children" "$(pgrep -P $pid -c)" 0
}

# The campaign resumes where it was interrupted, and ends like one without snapshots.
test_interrupted_campaign() {
    "$lltfi" run "$programs/matrix.c" --insttype fadd,fmul,fdiv --trials 3000 --out made -q --snapshots auto > printed 2> messages &
    pid=$!
    tries=0
    until "$lltfi" results made --format csv 2> /dev/null | grep -q '^outcome,benign,[1-9]' || [ $tries -gt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    interrupt $pid
    is "processes" "$(pgrep -fc "$TMPDIR")" 0
    run run "$programs/matrix.c" --insttype fadd,fmul,fdiv --trials 3000 --out made -q --snapshots auto || fail "$(cat messages)"
    run run "$programs/matrix.c" --insttype fadd,fmul,fdiv --trials 3000 --out other -q --snapshots off || fail "$(cat messages)"
    for by in instruction bit; do
        "$lltfi" results made --by $by --format csv > one
        "$lltfi" results other --by $by --format csv > two
        cmp one two || fail "results by $by differ"
    done
    nothing_left
}

run_tests program-runs interrupted_campaign profile signals missing_files described_by_a_file attached_values listing hang a_program_that_differs_by_itself tolerance_and_command faults_of_one_trial \
    cxx_is_linked_as_asked_for inputs_survive_the_program children_end_with_their_trial limits bad_ir \
    another_environment interrupted_golden_run
