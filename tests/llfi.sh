#!/bin/sh
# llfi.sh LLTFI PROGRAMS: LLFI's verbs as its users' scripts call them. Each test has a folder of its own.
# shellcheck disable=SC2034,SC2086 # words of options are split on purpose
. "$(dirname "$0")/harness.sh"

# A folder with an indexed program: source, and input.yaml from standard input.
prepare() {
    cat > input.yaml
    "$lltfi" compiletoIR --readable --debug -o program.ll "$programs/$1" || fail "$1 does not compile"
}

# The usual input.yaml: runOption's keys as arguments.
usual() {
    cat <<EOF
compileOption:
    instSelMethod:
      - insttype:
          include:
            - all
          exclude:
            - ret
    regSelMethod: regloc
    regloc: dstreg
runOption:
EOF
    for keys in "$@"; do
        echo "    - run: {$keys}"
    done
}

# instrument, profile and injectfault; arguments are the program's.
campaign() {
    run instrument program.ll || fail "instrument: $(cat messages)"
    run profile ./llfi/program-profiling.exe "$@"
    run injectfault --jobs 2 ./llfi/program-faultinjection.exe "$@" || fail "injectfault: $(cat messages)"
}

faults() {
    cat llfi/llfi_stat_output/llfi.stat.fi.injectedfaults.* 2>/dev/null
}

# What users' scripts do: outcomes from the tree, of run option 0.
measure() {
    sdc=0 crash=0 benign=0 hang=0 total=0
    for output in llfi/std_output/std_outputfile-run-0-*; do
        error=llfi/error_output/errorfile-run-0-${output##*-}
        total=$((total + 1))
        if [ -e "$error" ] && grep -q hang "$error"; then
            hang=$((hang + 1))
        elif [ -e "$error" ]; then
            crash=$((crash + 1))
        elif cmp -s "$output" llfi/baseline/golden_std_output; then
            benign=$((benign + 1))
        else
            sdc=$((sdc + 1))
        fi
    done
}

# Trials with an outcome in the campaign's own results.
counted() {
    "$lltfi" results llfi/lltfi --format csv | sed -n "s/^outcome,$1,\([0-9]*\),.*/\1/p"
}

# refused YAML-FILE TEXT: instrument ends with 1, names what is wrong, and leaves nothing.
refused() {
    cat > input.yaml
    run instrument program.ll
    is "exit status of instrument" $? 1
    says "$1"
    is "left behind" "$(ls | grep -v -e '^input.yaml$' -e '^messages$' -e '^printed$' | tr '\n' ' ')" "program.ll "
}

test_tree() {
    usual "numOfRuns: 6, fi_type: bitflip" "numOfRuns: 2, fi_type: stuck_at_1" | prepare factorial.c
    run instrument --readable program.ll
    is "exit status" $? 0
    says Success
    for file in llfi_index.ll profiling.ll profiling.exe faultinjection.ll faultinjection.exe; do
        expect "instrument makes it" test -f "llfi/program-$file"
    done
    is totalindex "$(cat llfi.stat.totalindex.txt)" "totalindex=$(grep -c 'llfi_index !' llfi/program-llfi_index.ll)"
    is "compile time" "$(cat llfi.config.compiletime.txt)" "failure_class=HardwareFault
failure_mode=SpecifiedInstructionTypes
targets=<include list in yaml>
injector=<fi_type>"
    is "passes in the log" "$(grep -c '^Start of a pass$' llfi.log.compilation.txt)" 2
    expect "the log names what is left out" grep -q '^LLFI cannot inject faults in destination reg of   store' \
        llfi.log.compilation.txt
    run profile ./llfi/program-profiling.exe 6
    is "exit status of profile" $? 0
    is "golden output" "$(cat llfi/baseline/golden_std_output)" 720
    is profile "$(cat llfi.stat.prof.txt)" "# do not edit
# cycle considered the execution cycle of each instruction type
total_cycle=66"
    run injectfault ./llfi/program-faultinjection.exe 6
    is "exit status of injectfault" $? 0
    is "files of output" "$(ls llfi/std_output | tr '\n' ' ')" "std_outputfile-run-0-0 std_outputfile-run-0-1\
 std_outputfile-run-0-2 std_outputfile-run-0-3 std_outputfile-run-0-4 std_outputfile-run-0-5 std_outputfile-run-1-0\
 std_outputfile-run-1-1 "
    is "files about faults" "$(ls llfi/llfi_stat_output | wc -l)" 8
    expect "a file's name" test -f llfi/llfi_stat_output/llfi.stat.fi.injectedfaults.1-1.txt
    is "lines as LLFI writes them" "$(faults | grep -cE '^FI stat: fi_type=(bitflip|stuck_at_1), fi_max_multiple=-1, fi_index=[0-9]+, fi_cycle=[0-9]+, fi_reg_index=0, fi_reg_pos=0, fi_reg_width=[0-9]+, fi_bit=[0-9]+, opcode=[a-z]+(, [a-zA-Z]+=[^,=]+)*$')" 8
    expect "standard output" grep -q '^---FI Config #1---$' printed
    is "runs that are reported" "$(grep -c '^	 time taken ' printed)" 8
}

test_counts() {
    usual "numOfRuns: 60, fi_random_seed: 5" | prepare sort.c
    campaign 12
    measure
    is "runs" $total 60
    is "SDC" $sdc "$(counted SDC)"
    is "crash" $crash "$(counted crash)"
    is "benign" $benign "$(counted benign)"
    is "hang" $hang "$(counted hang)"
    expect "some of each" [ $sdc -gt 0 ] && expect "some of each" [ $crash -gt 0 ]
    is "nothing that was not injected" "$(ls llfi/llfi_stat_output | wc -l)" 60
}

# One predicate for profile and injection: the last cycle is struck, with intrinsics in the program too.
test_cycles() {
    usual "numOfRuns: 1" | prepare matrix.c
    campaign
    total=$(sed -n 's/^total_cycle=//p' llfi.stat.prof.txt)
    for cycle in 1 $((total / 2)) $total; do
        usual "numOfRuns: 1, fi_cycle: $cycle" > input.yaml
        run injectfault ./llfi/program-faultinjection.exe || fail "fi_cycle $cycle: $(cat messages)"
        is "cycle" "$(faults | sed -n 's/.*fi_cycle=\([0-9]*\),.*/\1/p')" "$cycle"
    done
    usual "numOfRuns: 1, fi_cycle: $((total + 1))" > input.yaml
    run injectfault ./llfi/program-faultinjection.exe
    is "exit status after the last cycle" $? 1
    says "fi_cycle $((total + 1)) is past the last cycle, $total"
}

# LLFI comes to a run option when those before it are done.
test_cycle_of_another_input() {
    usual "numOfRuns: 2" "numOfRuns: 1, fi_cycle: 3" "numOfRuns: 1, fi_cycle: 15574729" "numOfRuns: 1" | prepare factorial.c
    run instrument program.ll
    run profile ./llfi/program-profiling.exe 6
    "$lltfi" injectfault ./llfi/program-faultinjection.exe 6 > "$folder/printed" 2> "$folder/messages"
    is "exit status" $? 1
    "$lltfi" replay llfi/lltfi --trial 2 > "$folder/replayed" 2>&1 || fail "replay: $(cat "$folder/replayed")"
    cp "$folder/messages" .
    says "runOption[2]: fi_cycle 15574729 is past the last cycle, 66; only the run options before it were run"
    is "runs" "$(ls llfi/std_output | tr '\n' ' ')" \
        "std_outputfile-run-0-0 std_outputfile-run-0-1 std_outputfile-run-1-0 "
}

test_run_options() {
    usual "numOfRuns: 1" | prepare factorial.c
    campaign 6
    usual "numOfRuns: 2, fi_cycle: 30, fi_bit: 4, fi_reg_index: 0, verbose: True" "numOfRuns: 1, fi_cycle: 30, fi_num_bits: 3" \
        "numOfRuns: 1, fi_index: 24, fi_type: none, fi_bit: 0" "numOfRuns: 1, fi_type: none, fi_cycle: 10, window_len: 5" \
        "numOfRuns: 1, fi_type: none, fi_cycle: 10, fi_max_multiple: 3, window_len_multiple_startindex: 4, window_len_multiple_endindex: 4" \
        > input.yaml
    run injectfault ./llfi/program-faultinjection.exe 6 || fail "$(cat messages)"
    is "fi_cycle and fi_bit" "$(cat llfi/llfi_stat_output/*.0-0.txt)" "$(cat llfi/llfi_stat_output/*.0-1.txt)"
    expect "fi_cycle and fi_bit" grep -q 'fi_cycle=30,.*fi_bit=4,' llfi/llfi_stat_output/*.0-0.txt
    expect "verbose" grep -q '^========== SUMMARY ==========$' printed
    expect "return codes as LLFI prints them" grep -qx '    0:     2' printed
    expect "progress as LLFI prints it" grep -qF '[=========================>-------------------------] 50.0% (1 / 2)' printed
    is "bits" "$(sort -u llfi/llfi_stat_output/*.1-0.txt | wc -l)" 3
    is "fi_index: every execution" "$(grep -c 'fi_index=24,.*fi_bit=0,' llfi/llfi_stat_output/*.2-0.txt)" 7
    is "window_len" "$(wc -l < llfi/llfi_stat_output/llfi.stat.fi.injectedfaults.3-0.txt)" 2
    is "fi_max_multiple" "$(sed -n 's/.*fi_max_multiple=3, .*fi_cycle=\([0-9]*\),.*/\1/p' llfi/llfi_stat_output/*.4-0.txt |
        tr '\n' ' ')" "10 14 18 "
    is "llfi.config.runtime.txt" "$(cat llfi.config.runtime.txt)" "fi_cycle=10
fi_type=none
fi_max_multiple=3
fi_next_cycle=14
fi_next_cycle=18"
}

# The bits of a fault with several bits do not use up cycles of other faults.
test_bits_and_cycles() {
    usual "numOfRuns: 1, fi_type: none, fi_num_bits: 4, fi_cycle: 20, fi_max_multiple: 8, window_len_multiple: 3" |
        prepare factorial.c
    campaign 6
    is "eight faults" "$(faults | sed 's/.*fi_cycle=\([0-9]*\),.*/\1/' | sort -u | wc -l)" 8
    is "of four bits, in registers that have them" "$(faults | grep -c 'fi_reg_width=32')" \
        $((4 * $(faults | grep 'fi_reg_width=32' | sed 's/.*fi_cycle=\([0-9]*\),.*/\1/' | sort -u | wc -l)))
}

test_seed() {
    fixed_addresses || return
    usual "numOfRuns: 12, fi_random_seed: 9, fi_num_bits: 2" | sed "s/dstreg/allreg/" | prepare factorial.c
    campaign 6
    run injectfault --jobs 1 ./llfi/program-faultinjection.exe 6
    faults > first
    run injectfault --jobs 4 ./llfi/program-faultinjection.exe 6
    faults > second
    expect "cycles, registers and bits again, and side by side as one by one" cmp first second
    sed -i 's/fi_random_seed: 9/fi_random_seed: 10/' input.yaml
    run injectfault --jobs 4 ./llfi/program-faultinjection.exe 6
    faults > second
    expect "another seed, other faults" test "$(cat first)" != "$(cat second)"
    sed -i 's/fi_random_seed: 10, //' input.yaml
    run injectfault ./llfi/program-faultinjection.exe 6
    says 'no fi_random_seed is given; `seed: '
    seed=$(sed -n 's/.*`seed: \([0-9]*\)`.*/\1/p' messages)
    faults > first
    echo "seed: $seed" >> input.yaml
    run injectfault ./llfi/program-faultinjection.exe 6
    faults > second
    expect "the seed that was reported" cmp first second
}

# A program that always ends with a status other than 0 has not crashed; one that a signal killed has.
test_golden_status() {
    usual "numOfRuns: 8, fi_type: stuck_at_0, fi_cycle: 1, fi_bit: 0, fi_reg_index: 0" | prepare ends.c
    run instrument program.ll
    run profile llfi/program-profiling.exe exit
    is "profile's exit status is the program's" $? 3
    run injectfault llfi/program-faultinjection.exe exit
    is "no crashes" "$(ls llfi/error_output | wc -l)" 0
    is "benign" "$(counted benign)" 8
    run profile llfi/program-profiling.exe abort
    is "killed by signal 6" $? 250
}

test_crash() {
    usual "numOfRuns: 4, fi_index: 12, fi_bit: 46, fi_reg_index: 0" | prepare factorial.c
    run instrument --readable program.ll
    index=$(module_index 'load ptr, ptr')
    sed -i "s/fi_index: 12/fi_index: $index/" input.yaml
    run profile llfi/program-profiling.exe 6
    run injectfault llfi/program-faultinjection.exe 6
    is "crash" "$(cat llfi/error_output/errorfile-run-0-3)" "Program crashed, terminated by the system, return code -11"
    is "crashes" "$(counted crash)" 4
}

# module_index PATTERN: the LLFI index of the first instruction that holds it, counted as LLFI counts.
module_index() {
    awk -v pattern="$1" '/^define/ { inside = 1; next } /^}/ { inside = 0 }
        inside && /!llfi_index/ { n++; if (index($0, pattern)) { print n; exit } }' llfi/program-llfi_index.ll
}

test_hang() {
    cat > hangs.c <<EOF
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    puts("begun");
    fflush(stdout);
    if (argc * 3 != 3) {
        if (fork() == 0)
            execlp("sleep", "sleep", "54321", (char *)0);
        for (;;)
            pause();
    }
    return 0;
}
EOF
    usual "numOfRuns: 2, fi_cycle: CYCLE, fi_bit: 7, fi_reg_index: 0, timeOut: 1" > input.yaml
    sed -i 's/- all/- mul/; /exclude/,/ret/d; s/CYCLE/1/' input.yaml
    "$lltfi" compiletoIR -o program.bc hangs.c
    run instrument program.bc || fail "$(cat messages)"
    run profile llfi/program-profiling.exe
    run injectfault llfi/program-faultinjection.exe || fail "$(cat messages)"
    is "error file" "$(cat llfi/error_output/errorfile-run-0-1)" "Program hang"
    is "output" "$(cat llfi/std_output/std_outputfile-run-0-1)" "

 ### Process killed by LLFI for timing out ###
begun


 ### Process killed by LLFI for timing out ###"
    expect "the report" grep -q 'Parent : Child timed out. Cleaning up' printed
    is "hangs" "$(counted hang)" 2
    expect "children are ended too" test -z "$(pgrep -f 'sleep 54321')"
}

# A server that serves one client after the other: runs that stop between two faults would make the others wait.
test_server() {
    cat > serves.c <<EOF
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    char rest;

    alarm(100);
    strcpy(address.sun_path, argv[argc - 1]);
    if (bind(listening, (struct sockaddr *)&address, sizeof(address)) || listen(listening, 9))
        return 1;
    for (;;) {
        int client = accept(listening, 0, 0);

        write(client, "hello", 5);
        while (read(client, &rest, 1) > 0)
            ;
        close(client);
    }
}
EOF
    cc -o serves serves.c || fail "the server does not compile"
    usual "numOfRuns: 6, fi_type: none, fi_random_seed: 2, timeOut: 2" | prepare asks.c
    ./serves "$folder/socket" &
    server=$!
    while ! [ -S "$folder/socket" ]; do
        kill -0 $server || break
        sleep 0.1
    done
    run instrument program.ll
    run profile llfi/program-profiling.exe "$folder/socket" || fail "profile: $(cat messages)"
    run injectfault llfi/program-faultinjection.exe "$folder/socket" || fail "injectfault: $(cat messages)"
    kill $server
    is "benign" "$(counted benign)" 6
    is "output" "$(sort -u llfi/std_output/*)" "hello 532"
    [ "$(nproc)" -eq 1 ] || says "one run at a time"
}

# Files: arguments, what the program overwrites and removes, what it writes.
test_files() {
    usual "numOfRuns: 6, fi_type: bitflip, fi_random_seed: 1, fi_bit: 0, timeOut: 5" | prepare files.c
    cp "$programs/words.txt" .
    echo before > result.txt
    campaign words.txt
    expect "arguments are kept" cmp words.txt llfi/prog_input/words.txt
    expect "inputs that the program removes stay" cmp words.txt "$programs/words.txt"
    is "files of base stay as they were" "$(cat result.txt)" before
    expect "a file that was there before is collected" test -s llfi/baseline/result.prof.txt
    expect "and of runs" test -n "$(ls llfi/prog_output/result.0-*.txt)"
    expect "files of base are there for the program" test -n "$(ls llfi/std_output)"
    for output in llfi/std_output/*; do
        run=${output##*-run-}
        [ -e "llfi/error_output/errorfile-run-$run" ] ||
            cmp -s "llfi/prog_output/result.$run.txt" llfi/baseline/result.prof.txt || echo differs
    done > differing
    is "files decide on SDC" "$(counted SDC)" "$(wc -l < differing)"
}

test_standard_error_is_kept() {
    usual "numOfRuns: 1, fi_type: none" | sed 's/fi_type: none/fi_cycle: 1, fi_bit: 0, fi_reg_index: 0/' | prepare files.c
    campaign absent.txt
    is "standard error" "$(cat llfi/std_error/std_errorfile-run-0-0)" "no input"
}

test_standard_input() {
    usual "numOfRuns: 3, fi_type: stuck_at_0, fi_cycle: 1, fi_bit: 0, fi_reg_index: 0" | prepare reads.c
    run instrument program.ll
    run profile llfi/program-profiling.exe < "$programs/numbers.txt"
    is "golden output" "$(cat llfi/baseline/golden_std_output)" 46
    run injectfault llfi/program-faultinjection.exe < "$programs/numbers.txt"
    is "every run reads it from its beginning" "$(sort -u llfi/std_output/* )" 46
}

# Dead keys, misspellings and the three ways to write options.
test_keys_of_old_files() {
    cat <<EOF | prepare factorial.c
defaultTimeOut: 7
compileOption:
    instSelMethod:
      - insttype:
          include: [all]
      - funcname:
          include: [main]
      - customInstselector:
          include: [llfiindex]
          options:
            - -injecttoindex=24
            - injecttoindex=25
            - "-injecttoindex=26 -injecttoindex=27"
    regSelMethod: regloc
    regloc: dstreg
    tracingPropagation: False
    tracingPropagationOption: {maxTrace: 250, debugTrace: True/False, mlTrace: False, generateCDFG: False/True}
    doPerInstructionProfile: True
kernelOption:
    - forceRun
runOption:
    - run: {numOfRuns: 1, fi_type: bitflip, fi_reg: 1, fi_reg_pos: 0}
EOF
    run instrument program.ll || fail "$(cat messages)"
    says "defaultTimeOut: taken as defaultTimeout"
    says "mlTrace: LLFI does not read this key"
    says "debugTrace: 'True/False' is read as false"
    says "generateCDFG: 'False/True' is read as false"
    says "a site must satisfy all 3 entries; LLFI reads only the last one"
    run profile llfi/program-profiling.exe 6
    is "the intersection of the entries" "$(sed -n 's/total_cycle=//p' llfi.stat.prof.txt)" 21
    run injectfault llfi/program-faultinjection.exe 6
    says "fi_reg: LLFI does not read this key"
    says "kernelOption: has no effect"
}

test_errors_of_input_yaml() {
    "$lltfi" compiletoIR --readable -o program.ll "$programs/factorial.c"
    run instrument program.ll
    is "no input.yaml" $? 1
    says "input.yaml: no such file"
    rm -f messages printed
    echo 'runOption: [{run: {numOfRuns: 1}}]' | refused "the key 'compileOption' is missing"
    usual "numOfRuns: 1" | sed 's/instSelMethod/instSelMethods/' | refused "input.yaml:2:5: unknown key 'instSelMethods'"
    usual "numOfRuns: 1" | sed '/regSelMethod/d' | refused "compileOption needs the key 'regSelMethod'"
    usual "numOfRuns: 1" | sed '/regloc: /d' | refused "regSelMethod regloc needs the key 'regloc'"
    usual "numOfRuns: 1" | sed 's/- all/- fadds/' | refused "input.yaml:5:15: include: 'fadds' is not an instruction (did you mean 'fadd'?)"
    usual "numOfRuns: 1" | sed 's/dstreg/dstregs/' | refused "input.yaml:9:13: regloc: 'dstregs' is not known"
    usual "numOfRuns: 1" | sed 's/insttype:/customInstselector:/; s/- all/- nosuch/; /exclude/,/ret/d' |
        refused "input.yaml:5:15: include: 'nosuch' is not known"
    usual "numOfRuns: 1" | sed 's/insttype:/funcname:/; s/- all/- main/' | refused "'ret' is excluded, but not included"
    usual "numOfRuns: 1" | sed 's/regloc: dstreg/regloc: dstreg\n    tracingPropagationOption: {maxTrace: 0}/' |
        refused "maxTrace: '0' is not a whole number from 1"
    usual "numOfRuns: 1" | sed 's/regloc: dstreg/regloc: dstreg\n    includeInjectionTrace: [sideways]/' |
        refused "'sideways' is not known; allowed: forward, backward"
    printf 'compileOption: [\n' | refused "input.yaml:"
    usual "numOfRuns: 1" | sed 's/- all/- fence/; /exclude/,/ret/d' | refused "the selection holds no instruction of 'program.ll'"
    usual "numOfRuns: 0" | refused "input.yaml:11:24: numOfRuns: '0' is not a whole number"
}

test_errors_of_run_option() {
    usual "numOfRuns: 1" | prepare factorial.c
    run instrument program.ll
    run injectfault llfi/program-faultinjection.exe 6
    is "without a profile" $? 1
    says "there is no profile: run \`lltfi profile\` first"
    run profile llfi/program-profiling.exe 6
    while read -r keys; do
        read -r text
        usual "$keys" > input.yaml
        run injectfault llfi/program-faultinjection.exe 6
        is "exit status with $keys" $? 1
        says "$text"
        expect "nothing is written ($keys)" test ! -e llfi/std_output
    done <<EOF
fi_type: bitflip
needs the key 'numOfRuns'
numOfRuns: 1, fi_type: nosuch
fi_type: 'nosuch' is not known
numOfRuns: many
numOfRuns: 'many' is not a whole number
numOfRuns: 1, timeOut: 0
timeOut: '0'
numOfRuns: 1, fi_cycle: 0
fi_cycle: '0' is not a whole number from 1
numOfRuns: 1, fi_index: 1000
fi_index 1000 is not among the selected instructions
numOfRuns: 1, fi_bit: 64
fi_bit 64: the widest selected register has 64 bits
numOfRuns: 1, fi_bit: -1
fi_bit: '-1' is not a whole number
numOfRuns: 1, fi_num_bits: 0
fi_num_bits: '0'
numOfRuns: 1, window_len: 0
window_len: '0' is not a whole number from 1
numOfRuns: 1, fi_max_multiple: 101
fi_max_multiple: '101' is not a whole number
numOfRuns: 1, window_len: 3, fi_max_multiple: 2
give one of them
numOfRuns: 1, window_len_multiple_startindex: 3
belong together
numOfRuns: 1, window_len_multiple_startindex: 3, window_len_multiple_endindex: 2
is above
numOfRuns: 1, window_len_multiple_startindex: 3, window_len_multiple_endindex: 4, window_len_multiple: 2
exclude each other
numOfRuns: 1, verbose: perhaps
verbose: 'perhaps' is not known
numOfRuns: 1, fi_cylce: 3
unknown key 'fi_cylce' in runOption[0] (did you mean 'fi_cycle'?)
EOF
    usual "numOfRuns: 1" | sed '/^runOption/,$d' > input.yaml
    run injectfault llfi/program-faultinjection.exe 6
    is "without runOption" $? 1
    says "the key 'runOption' is missing"
}

# A selection belongs to its executables: later changes of input.yaml or the IR have no effect on it.
test_changed_files() {
    usual "numOfRuns: 4" | prepare factorial.c
    campaign 6
    usual "numOfRuns: 4, fi_random_seed: 2" | sed 's/- all/- mul/; /exclude/,/ret/d' > input.yaml
    run injectfault llfi/program-faultinjection.exe 6 || fail "$(cat messages)"
    is "runs" "$(faults | wc -l)" 4
    run injectfault llfi/program-faultinjection.exe 5
    says "profile ran with other arguments"
    sed -i 's/total_cycle=66/total_cycle=67/' llfi.stat.prof.txt
    run injectfault llfi/program-faultinjection.exe 6
    is "another profile" $? 1
    says "llfi.stat.prof.txt is not that of this program's profile"
    "$lltfi" compiletoIR -o llfi/program-llfi_index.bc "$programs/list.c"
    run profile llfi/program-profiling.exe 6
    is "another IR" $? 1
    says "program-llfi_index.bc has changed since the executables were made from it"
}

test_instrument_options() {
    usual "numOfRuns: 1" | prepare factorial.c
    mkdir -p lib/sub
    echo 'int nothing(void) { return 0; }' | cc -x c -c -o lib/n.o - && ar rcs lib/libnothing.a lib/n.o
    cd lib/sub || return
    run instrument --dir out --readable --IRonly --verbose -L lib -lnothing ../../program.ll
    is "from another folder" $? 0
    says Success
    cd ../..
    expect "IR" test -f out/program-faultinjection.ll
    expect "no executables" test ! -e out/program-faultinjection.exe
    run instrument --dir other -L lib -lnothing --use-ml-specific-rt --enable-ML-FI-stats program.ll
    is "with a library" $? 0
    says "--use-ml-specific-rt"
    run profile other/program-profiling.exe 6
    run injectfault other/program-faultinjection.exe 6
    expect "the other runtime's fields" grep -qE 'opcode=[a-z]+, oldHex=0x[0-9a-f]+, newHex=0x[0-9a-f]+, oldFloat=[-0-9.a-z]+,  newFloat=[-0-9.a-z]+, function' \
        other/llfi_stat_output/*
    echo '#include <string>
extern "C" int nothing(void) { std::string s(100, 1); return s.size() > 3; }' | c++ -x c++ -c -o lib/x.o - &&
        ar rcs lib/libcxx.a lib/x.o
    printf 'int nothing(void);\nint main(void) { return nothing() - 1; }\n' > uses.c
    "$lltfi" compiletoIR -o uses.bc uses.c
    run instrument --dir cxx -L lib -lcxx uses.bc
    is "a library of C++ under C" $? 0
    says "trying as C++"
    run profile cxx/uses-profiling.exe
    is "and runs" $? 0
    for words in "--dir a/b program.ll" "--nosuch program.ll" "" "program.ll other.ll" "missing.ll" "--dir other program.ll"; do
        run instrument $words
        is "exit status of instrument $words" $? 1
        expect "no folder" test ! -e llfi
    done
    run instrument -L nowhere -lnosuchlibrary program.ll
    is "a library that is missing" $? 1
    expect "no folder" test ! -e llfi
    echo 'nonsense' > broken.ll
    run instrument broken.ll
    is "IR that can't be read" $? 1
    says "'broken.ll' can't be read as LLVM IR"
}

# The targets of a selection as llfi.config.compiletime.txt lists them.
targets() {
    rm -rf llfi
    run instrument --IRonly program.ll || fail "instrument: $(cat messages)"
    sed -n 's/^targets=//p' llfi.config.compiletime.txt
}

software() {
    usual "numOfRuns: 1" | sed "s/insttype/customInstselector/; s/- all/- $1/; /exclude/d; /- ret/d
        s/regloc\$/customregselector/; s/regloc: dstreg/customRegSelector: Automatic/" > input.yaml
}

test_compile_time() {
    usual "numOfRuns: 1" | sed 's/insttype/funcname/; s/- all/- main/; s/- ret/- main/; s/include:/include:\n            - sockets\n            - files/' |
        prepare calls.c
    is "functions" "$(targets)" "files()/sockets()"
    usual "numOfRuns: 1" | sed 's/insttype/funcname/; s/- ret/- main/' > input.yaml
    is "all but one" "$(targets | tr / '\n' | grep -cx -e 'sockets()' -e 'fopen()' -e 'main()')" 2
    software 'HighFrequentEvent(Timing)'
    is "calls and returns" "$(targets)" "fopen()/fread()/fwrite()/return"
    software 'DataCorruption(Data)'
    is "all calls" "$(targets)" all-call-instructions
    software 'InvalidPointer(Res)'
    is "by name" "$(targets)" "calloc()/malloc()"
}

# If the IR file is a link, the base folder is that of the link, and names are the link's; folders of libraries are relative
# to where instrument is called.
test_ir_elsewhere() {
    usual "numOfRuns: 1" | prepare factorial.c
    mkdir big work lib
    echo 'int nothing(void) { return 0; }' | cc -x c -c -o lib/n.o - && ar rcs lib/libnothing.a lib/n.o
    mv program.ll big/large.ll && mv input.yaml work && ln -s ../big/large.ll work/model.ll
    cd lib || return
    run instrument --dir llfi/ -L . -lnothing ../work/model.ll || fail "instrument: $(cat messages)"
    cd ../work || return
    run profile llfi/model-profiling.exe 6 || fail "profile: $(cat messages)"
    run injectfault llfi/model-faultinjection.exe 6 || fail "injectfault: $(cat messages)"
    is "runs" "$(ls llfi/std_output)" std_outputfile-run-0-0
    is "nothing beside the file itself" "$(ls ../big)" large.ll
}

# Scripts set LLFI_BUILD_ROOT and call the commands below it.
test_command_names() {
    mkdir -p root/bin root/tools
    for name in bin/instrument bin/profile bin/injectfault tools/compiletoIR; do
        ln -s "$lltfi" "root/$name"
    done
    LLFI_BUILD_ROOT=$PWD/root
    usual "numOfRuns: 1" > input.yaml
    "$LLFI_BUILD_ROOT/tools/compiletoIR" --readable -o fact.ll "$programs/factorial.c"
    "$LLFI_BUILD_ROOT/bin/instrument" --readable fact.ll 2> messages || fail "$(cat messages)"
    "$LLFI_BUILD_ROOT/bin/profile" ./llfi/fact-profiling.exe 6 || fail profile
    "$LLFI_BUILD_ROOT/bin/injectfault" ./llfi/fact-faultinjection.exe 6 > "$folder/printed" 2> "$folder/messages" || fail injectfault
    expect "a run" test -f llfi/std_output/std_outputfile-run-0-0
    command=$(sed -n 's/^  \(.* replay .*\)/\1/p' "$folder/printed")
    expect "what is suggested can be called: $command" sh -c "$command > $folder/replayed 2>&1"
    expect "and repeats the run" grep -q 'as in the campaign' "$folder/replayed"
    "$LLFI_BUILD_ROOT/bin/profile" > printed 2> messages
    is "profile without arguments" $? 1
}

test_batch() {
    usual "numOfRuns: 2" | sed 's/insttype:/customInstselector:/; s/- all/- onlymain\n            - llfiindex/
        s/exclude:/options:/; s/- ret/- -injecttoindex=24/' > input.yaml
    "$lltfi" compiletoIR --readable -o program.ll "$programs/factorial.c"
    mkdir data && echo 1 > data/x
    run batchInstrument --readable program.ll
    is "batchInstrument: llfiindex alone takes the option" "$?" 0
    run batchProfile program.ll 6
    is "batchProfile" $? 0
    is "each its own cycles" "$(sed -n 's/total_cycle=//p' llfi-onlymain/llfi.stat.prof.txt llfi-llfiindex/llfi.stat.prof.txt |
        tr '\n' ' ')" "66 7 "
    run batchInjectfault program.ll 6
    is "batchInjectfault" $? 0
    is "runs" "$(ls llfi-*/llfi/std_output/* | wc -l)" 4
    expect "folders are copied" test -f llfi-onlymain/data/x
    usual "numOfRuns: 2" > input.yaml
    run batchInstrument program.ll
    is "no models" $? 255
    run batchProfile
    is "no arguments" $? 1
}

test_makefile() {
    cp "$programs"/part_*.c .
    run GenerateMakefile --readable -o whole.ll --all --flags DSCALE=2
    is "exit status" $? 0
    make -s build || fail make
    expect "one module" grep -q 'define.*@other' whole.ll
    expect "one module" grep -q 'define.*@main' whole.ll
    usual "numOfRuns: 1" > input.yaml
    run instrument whole.ll
    run profile llfi/whole-profiling.exe
    is "output" "$(cat llfi/baseline/golden_std_output)" 16
    make -s clean
    expect "clean" test ! -e llfi
}

# C as it was written before 1999: no type, no declaration.
test_old_c() {
    printf 'main(argc, argv)\n    char **argv;\n{\n    printf("%%d\\n", twice(atoi(argv[1])));\n    return 0;\n}\n' > old.c
    printf 'twice(x)\n{\n    return 2 * x;\n}\n' > twice.c
    usual "numOfRuns: 1" > input.yaml
    run compiletoIR --readable -o old.ll old.c twice.c || fail "compiletoIR: $(cat messages)"
    run instrument old.ll || fail "instrument: $(cat messages)"
    run profile llfi/old-profiling.exe 21
    is "output" "$(cat llfi/baseline/golden_std_output)" 42
    run GenerateMakefile --all || fail "GenerateMakefile: $(cat messages)"
    make -s || fail make
    expect "the output is a.out" test -s a.out
    make -s clean
    is "clean" "$(ls | tr '\n' ' ')" "Makefile input.yaml messages old.c printed twice.c "
}

test_cxx_names() {
    cat > name.cc <<EOF
#include <cstdio>
namespace math { template <typename T> T add(T a, T b) { return a + b; } }
int main() { std::printf("%d\n", math::add<int>(1, 2)); }
EOF
    "$lltfi" compiletoIR -o program.bc name.cc
    usual "numOfRuns: 3" | sed "s/insttype:/funcname:/; s/- all/- 'math::add'/; /exclude/,/ret/d" > input.yaml
    run instrument program.bc || fail "$(cat messages)"
    run profile llfi/program-profiling.exe
    is "cycles of one function" "$(sed -n 's/total_cycle=//p' llfi.stat.prof.txt)" 5
}

# It is ended while it waits for the linker, which a program of the test replaces.
test_interrupted_instrument() {
    usual "numOfRuns: 1" | prepare recursion.c
    mkdir path && printf '#!/bin/sh\n: > %s/started\nexec sleep 5\n' "$PWD" > path/cc && chmod +x path/cc
    XDG_CACHE_HOME=$PWD/cache PATH=$PWD/path:$PATH "$lltfi" instrument program.ll 2> messages &
    process=$!
    tries=0
    while [ ! -e started ] && [ $tries -lt 200 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    is "its folder while it works" "$(ls -d llfi* | grep -c unfinished)" 1
    kill -TERM $process
    wait $process
    is "exit status" $? 143
    is "left behind" "$(ls -d llfi* 2>/dev/null)" ""
}

# A run whose fault could not be injected is reported as such, and is not benign.
test_not_injected() {
    usual "numOfRuns: 30, fi_bit: 40, fi_random_seed: 2" | prepare factorial.c
    campaign 6
    injected=$(ls llfi/llfi_stat_output | wc -l)
    expect "some are, some are not" [ "$injected" -gt 0 ] && expect "some are, some are not" [ "$injected" -lt 30 ]
    is "not activated" "$(counted 'not activated')" $((30 - injected))
    expect "the summary says so" grep -q '^not activated' printed
}

# Programs that say where faults may strike: cycles are those of the rest.
test_switch() {
    cat > switch.c <<EOF
#include <stdio.h>
void turnOffInjections(void), turnOnInjections(void);
static int times(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += i * 3;
    return sum;
}
int main(void)
{
    int a, b, c;
    turnOffInjections();
    a = times(100);
    turnOnInjections();
    b = times(7);
    turnOffInjections();
    c = times(50);
    turnOnInjections();
    printf("%d %d %d\\n", a, b, c);
    return 0;
}
EOF
    usual "numOfRuns: 7, fi_random_seed: 2, fi_bit: 0" | sed 's/- all/- mul/; /exclude/,/ret/d' > input.yaml
    "$lltfi" compiletoIR -o program.bc switch.c
    run instrument program.bc || fail "$(cat messages)"
    run profile llfi/program-profiling.exe
    is "cycles" "$(sed -n 's/total_cycle=//p' llfi.stat.prof.txt)" 7
    for cycle in 1 7; do
        usual "numOfRuns: 1, fi_cycle: $cycle, fi_bit: 0" > input.yaml
        run injectfault llfi/program-faultinjection.exe || fail "$(cat messages)"
        is "cycle $cycle" "$(faults | sed 's/.*oldHex=\([^,]*\),.*/\1/')" "0x$(printf %x $(((cycle - 1) * 3)))"
        is "the parts where injections are off" "$(sed 's/ [0-9]* / /' llfi/std_output/std_outputfile-run-0-0)" "14850 3675"
    done
}

# Traces in LLFI's lines: the golden run's whole, the others from their fault on.
test_traces() {
    usual "numOfRuns: 2, fi_cycle: 30, fi_bit: 3, fi_reg_index: 0" | sed 's/^    regloc: dstreg/&\
    tracingPropagation: True\
    tracingPropagationOption: {maxTrace: 4}/' | prepare factorial.c
    campaign 6
    golden=llfi/baseline/llfi.stat.trace.prof.txt faulty=llfi/llfi_stat_output/llfi.stat.trace.0-1.txt
    is "other lines than LLFI's" "$(grep -vcE '^ID: [0-9]+	OPCode: [a-z]+	Value: [0-9a-f]+$' $golden)" 0
    expect "all that has a result" [ "$(wc -l < $golden)" -ge 66 ]
    is "the end of the golden trace" "$(grep OPCode $golden | tail -1 | cut -f 1,2)" "$(printf 'ID: 38\tOPCode: call')"
    is "maxTrace, after the header" "$(wc -l < $faulty)" 5
    start=$(sed -n 's/^#TraceStartInstNumber: \([0-9]*\).*/\1/p' $faulty)
    is "the struck instruction" "$(sed -n 2p $faulty | cut -f 1,2)" "$(sed -n "${start}p" $golden | cut -f 1,2)"
    is "its result" "$(sed -n 2p $faulty | sed 's/.*Value: 0*//')" \
        "$(faults | head -1 | sed 's/.*newHex=0x\([0-9a-f]*\).*/\1/')"
    expect "and that of the golden run" [ "$(sed -n 2p $faulty)" != "$(sed -n "${start}p" $golden)" ]
}

# layers NAMES NUMBERS: the cycles of a CustomTensorOperator.
layers() {
    usual "numOfRuns: 5, fi_random_seed: 4" | sed "s/insttype:/customInstselector:/; s/- all/- CustomTensorOperator/
        s/exclude:/options:/; s/- ret/- -layerNo=$2 -layerName=$1/" > input.yaml
    rm -rf llfi
    run instrument ${3:-} program.ll && run profile llfi/program-profiling.exe && sed -n 's/total_cycle=//p' llfi.stat.prof.txt
}

# The marks of onnx-mlir: the order of tags, operators without a name in LLFI, several of a type.
test_layers_of_models() {
    cp "$programs/marked.ll" program.ll
    is "every Conv" "$(layers conv 0)" 12
    is "the first Conv" "$(layers conv 1)" 8
    is "the second Conv" "$(layers Conv 2)" 4
    is "Relu, whose tags are the other way round" "$(layers relu 0)" 1
    is "avgpool" "$(layers avgpool 1)" 1
    is "AveragePool" "$(layers AveragePool 0)" 1
    is "two layers" "$(layers 'conv;relu' '2;1')" 5
    is "all, without what lies between" "$(layers all 0)" 14
    layers all 0 --enable-ML-FI-stats > cycles
    is "cycles by layer" "$(grep ^ml_layer llfi.stat.prof.txt | tr '\n' ' ')" \
        "ml_layer=1,Conv,1,8 ml_layer=2,Relu,9,9 ml_layer=3,Conv,10,13 ml_layer=4,Average,14,14 "
    sed -i 's/fi_random_seed: 4/fi_cycle: 9/' input.yaml
    run injectfault llfi/program-faultinjection.exe || fail "$(cat messages)"
    expect "a fault's layer" grep -q 'opcode=fcmp, ml_layer_name=Relu, ml_layer_num=2, oldHex' llfi/llfi_stat_output/*.0-4.txt
    layers relu 0 "--enable-ML-FI-stats --use-ml-specific-rt" > cycles
    is "a layer without cycles" "$(grep -c -- ',-1,-1$' llfi.stat.prof.txt)" 3
    run injectfault llfi/program-faultinjection.exe
    expect "as the other runtime reports it" grep -qE 'oldFloat=[^,]+,  newFloat=[^,]+, ml_layer_name=Relu, ml_layer_number=2, function=main_graph$' \
        llfi/llfi_stat_output/*.0-0.txt
    layers nosuch 0 > cycles
    is "an operator that is not there" "$(cat cycles)" ""
}

# One variable moves LLFI's scripts over.
test_installed() {
    build=$(dirname "$(dirname "$lltfi")")
    DESTDIR=$PWD/root meson install -C "$build" --no-rebuild > log 2>&1 || fail "meson install: $(tail -3 log)"
    LLFI_BUILD_ROOT=$(echo "$PWD"/root/*/*/libexec/lltfi/llfi)
    usual "numOfRuns: 3" > input.yaml
    cp "$programs/factorial.c" .
    "$LLFI_BUILD_ROOT/tools/compiletoIR" --readable -o fact.ll factorial.c || fail "compiletoIR"
    "$LLFI_BUILD_ROOT/bin/instrument" --readable fact.ll 2> messages || fail "instrument: $(cat messages)"
    "$LLFI_BUILD_ROOT/bin/profile" ./llfi/fact-profiling.exe 6 > printed
    "$LLFI_BUILD_ROOT/bin/injectfault" ./llfi/fact-faultinjection.exe 6 > printed 2> messages || fail "injectfault: $(cat messages)"
    is "runs" "$(ls llfi/std_output | wc -l)" 3
    for command in bin/batchInstrument bin/SoftwareFailureAutoScan tools/GenerateMakefile tools/FIDL-Algorithm; do
        [ -x "$LLFI_BUILD_ROOT/$command" ] || fail "$command is not there"
    done
    printf 'include %s/config/llvm_paths.make\nold.ll: factorial.c\n\t$(LLVM_GXX_BIN_DIR)clang -S -emit-llvm -o $@ $<\n' \
        "$LLFI_BUILD_ROOT" > Makefile
    make -s old.ll || fail "make finds no clang"
    PYTHONPATH=$LLFI_BUILD_ROOT/config PYTHONDONTWRITEBYTECODE=1 python3 -c 'import llvm_paths; import os; os.stat(llvm_paths.LLVM_DST_ROOT + "/bin/llvm-link")' 2> messages ||
        fail "a script finds no LLVM: $(cat messages)"
}

test_instruction_duplication() {
    cp "$programs/marked.ll" model.ll
    for options in "" --enableChainDuplication "-operatorName=conv;relu" "--llfiIndex=6;7" \
        "-load SEDPasses.so --InstructionDuplicationPass -operatorName=all --enable-new-pm=0"; do
        # shellcheck disable=SC2086 # several words
        run InstructionDuplicationPass $options -S -o out.ll model.ll || fail "$options: $(cat messages)"
        grep -q "call void @lltfi_corrected" out.ll || fail "$options: nothing is compared"
        run run out.ll --trials 1 --fault none --out "golden$options" -q || fail "$options: $(cat messages)"
    done
    run InstructionDuplicationPass -operatorName=softmax -S -o none.ll model.ll && fail "a model without Softmax"
    says "no arithmetic of these operators"
    [ ! -e none.ll ] || fail "a file was written"
}

run_tests llfi instruction_duplication installed tree counts cycles cycle_of_another_input run_options bits_and_cycles seed golden_status crash hang server files standard_error_is_kept \
    standard_input keys_of_old_files errors_of_input_yaml errors_of_run_option changed_files instrument_options compile_time ir_elsewhere \
    command_names batch makefile old_c cxx_names layers_of_models not_injected switch traces interrupted_instrument
