#!/bin/sh
# software.sh LLTFI PROGRAMS: software faults: each of LLFI's on a program that has a place for it, descriptions in FIDL,
# the AutoScan commands.
. "$(dirname "$0")/harness.sh"
XDG_CONFIG_HOME=$folder/config
export XDG_CONFIG_HOME
unset MALLOC_PERTURB_

# outcomes FAULT PART [OPTION...]: the outcomes of a few trials on one part of calls.c, as "SDC crash".
outcomes() {
    fault=$1 part=$2
    shift 2
    rm -rf campaign
    run run "$programs/calls.c" --fault "$fault" --trials 6 --timeout 0.7 --out campaign -q "$@" -- "$part" ||
        fail "$fault: $(cat messages)"
    "$lltfi" results campaign --format csv |
        awk -F, '$1 == "outcome" && $3 > 0 { printf "%s%s", n++ ? " " : "", $2 } END { print "" }'
}

# strikes FAULT PART OUTCOMES: the fault happens in all trials, and they end so; OUTCOMES is a pattern.
strikes() {
    got=$(outcomes "$1" "$2")
    expr "x$got" : '.*not activated' > /dev/null && fail "$1: not in every trial"
    expr "x$got" : "x\($3\)\$" > /dev/null || fail "$1: got '$got', wanted '$3'"
}

test_api() {
    strikes 'BufferOverflow(API)' files '.*\(SDC\|crash\).*'
    strikes 'BufferUnderflow(API)' files '.*\(SDC\|crash\).*'
    strikes 'InappropriateClose(API)' files '.*crash.*'
    strikes 'IncorrectOutput(API)' files '.*crash.*'
    # If the written file is left open, its content can't be read yet; a file that was read may stay open.
    strikes 'NoClose(API)' files 'benign SDC'
    strikes 'NoOpen(API)' files '.*\(SDC\|crash\).*'
    strikes 'NoOutput(API)' files 'hang'
    strikes 'WrongAPI(API)' files '.*\(SDC\|crash\).*'
    strikes 'WrongMode(API)' files '.*\(SDC\|crash\).*'
}

test_data() {
    strikes 'BufferOverflowMalloc(Data)' memory '.*crash.*'
    # It overwrites the sizes that malloc keeps between its blocks.
    strikes 'BufferOverflowMemmove(Data)' memory 'crash'
    strikes 'DataCorruption(Data)' memory '.*\(SDC\|crash\).*'
    strikes 'IncorrectOutput(Data)' files '.*crash.*'
    strikes 'NoOutput(Data)' files 'hang'
    strikes 'WrongDestination(Data)' memory '.*\(SDC\|crash\).*'
    strikes 'WrongSource(Data)' memory '.*\(SDC\|crash\).*'
    strikes 'WrongPointer(Data)' files '.*\(SDC\|crash\).*'
}

test_io() {
    strikes 'WrongRetrievedAddress(IO)' files '.*\(SDC\|crash\).*'
    strikes 'WrongSavedAddress(IO)' files '.*\(SDC\|crash\).*'
    strikes 'WrongRetrievedFormat(IO)' files '.*SDC.*'
    # Twice as many bytes are in the file, which is compared.
    strikes 'WrongSavedFormat(IO)' files '.*SDC.*'
    strikes 'WrongRetrievedFormat(I/O)' files '.*SDC.*'
}

test_messages() {
    strikes 'DeadLock(MPI)' sockets '.*\(SDC\|hang\).*'
    strikes 'InvalidMessage(MPI)' sockets '.*\(SDC\|crash\).*'
    # connect() fails with any address.
    strikes 'InvalidSender(MPI)' sockets 'benign'
    strikes 'NoAck(MPI)' sockets 'hang'
    # The flags get MSG_WAITALL.
    strikes 'NoDrain(MPI)' sockets 'hang'
    strikes 'NoMessage(MPI)' sockets 'hang'
    # The message fits into the smaller size.
    strikes 'PacketStorm(MPI)' sockets 'benign'
}

test_resources() {
    strikes 'CPUHog(Res)' memory 'hang'
    strikes 'DeadLock(Res)' threads 'hang'
    strikes 'InvalidPointer(Res)' memory '.*crash.*'
    strikes 'LowMemory(Res)' memory '.*\(benign\|crash\|SDC\).*'
    strikes 'MemoryExhaustion(Res)' memory 'crash'
    strikes 'MemoryLeak(Res)' memory 'benign'
    # Whether calloc() hands out a freed block again depends on the C library: two names for one block, freed twice.
    strikes 'StalePointer(Res)' memory '\(benign\|SDC\|crash\|SDC crash\)'
    # work() calls nothing at which a thread can be cancelled.
    strikes 'ThreadKiller(Res)' threads 'benign'
    strikes 'UnderAccumulator(Res)' memory 'benign'
}

test_timing() {
    # Only one thread takes the lock.
    strikes 'RaceCondition(Timing)' threads 'benign'
    strikes 'HighFrequentEvent(Timing)' files 'hang'
}

# Without --timeout a delay of 3 s is not a hang, however short the program is.
test_delay_is_no_hang() {
    run run "$programs/calls.c" --fault 'CPUHog(Res)' --trials 1 --out campaign -q -- memory || fail "$(cat messages)"
    expect "benign" sh -c '"$0" results campaign --format csv | grep -q "^outcome,benign,1,"' "$lltfi"
}

# Every description in data/ is tested above.
test_none_is_left_out() {
    "$lltfi" faults | awk '/\(/ && !/--/ { print $1 }' | grep '(' > all
    while read -r name; do
        grep -qF "strikes '$name'" "$programs/../software.sh" || fail "$name is not tested"
    done < all
    is "faults" "$(wc -l < all)" 39
    grep -qF "strikes" "$programs/../software.sh"
}

test_documentation_lists_them() {
    COLUMNS=200 "$lltfi" faults | awk -F '  +' '/^[A-Za-z]+\(/ { printf "| `%s` | %s | %s |\n", $1, $2, $3 }' > rows
    sed 's/\\\*/*/g' "$programs/../../docs/software-faults.md" > page
    is "rows" "$(wc -l < rows)" 39
    while read -r row; do
        grep -qxF "$row" page || fail "docs/software-faults.md lacks: $row"
    done < rows
}

test_what_is_done_to_the_value() {
    outcomes 'BufferOverflow(API)' files --cycle 1 > printed
    expect "45 is added" sh -c '"$0" replay campaign --trial 0 | grep -q "0x000000000000000b became 0x0000000000000038"' "$lltfi"
    outcomes 'NoDrain(MPI)' sockets > printed
    expect "the value is replaced in its own width" sh -c '"$0" replay campaign --trial 0 | grep -q "0x00000000 became 0x00001388"' "$lltfi"
    outcomes 'WrongSavedFormat(IO)' files > printed
    expect "1 becomes 2" sh -c '"$0" replay campaign --trial 0 | grep -q "0x0000000000000001 became 0x0000000000000002"' "$lltfi"
}

test_descriptions() {
    cat > mine.yaml <<'EOF'
Failure_Class: Mine
Failure_Mode: Shorter
New_Failure_Mode:
  Trigger: {call: [fwrite]}
  Target: {src: {fwrite: [2]}}
  Action: {Perturb: Custom_Injector}
Custom_Injector: |
  size_t n;
  memcpy(&n, buf, size / 8);
  n = n / 2;
  memcpy(buf, &n, size / 8);
EOF
    outcomes 'Shorter(Mine)' files --fidl mine.yaml > got
    is "outcomes" "$(cat got)" "crash"
    mv mine.yaml gone.yaml
    run replay campaign --trial 0 || fail "without the file: $(cat messages)"
    expect "its own injector" grep -q '0x000000000000000b became 0x0000000000000005' printed
    sed 's/n = n/m = n/' gone.yaml > broken.yaml
    run run "$programs/calls.c" --fault 'Shorter(Mine)' --fidl broken.yaml --out other -- files
    is "exit status of an injector that does not compile" $? 1
    says "Shorter(Mine), Custom_Injector:3:"
    sed '/^Custom/,$d; s/Shorter/Older/' gone.yaml > older.yaml
    printf 'Custom_Injector: |\n  *Target = *Target - 4;\n' >> older.yaml
    outcomes 'Older(Mine)' files --fidl older.yaml > got
    run replay campaign --trial 0 || fail "older: $(cat messages)"
    expect "Target" grep -q '0x000000000000000b became 0x0000000000000007' printed
    sed 's/Shorter/Fifth/; s/ call: \[fwrite\]/ call: [fwrite]/; s/  Target/  Trigger*: [1]\n  Target/' gone.yaml > none.yaml
    run run "$programs/calls.c" --fault 'Fifth(Mine)' --fidl none.yaml --out other -- files
    is "exit status where nothing is selected" $? 1
}

# wrong LINE TEXT: the description in wrong.yaml is refused with the text.
wrong() {
    run faults --fidl wrong.yaml
    [ $? -ne 0 ] || fail "accepted: $(cat wrong.yaml)"
    says "wrong.yaml:$1:"
    says "$2"
}

test_errors_of_descriptions() {
    head='Failure_Class: A\nFailure_Mode: B\nNew_Failure_Mode:\n'
    printf "$head  Trigger: {call: [f]}\n  Target: dst\n  Action: Corupt\n" > wrong.yaml
    wrong 6 "Action must be Corrupt, Freeze, Delay"
    printf "$head  Trigger: {call: [f]}\n  Target: dst\n  Action: {Perturb: ChangeInjector}\n" > wrong.yaml
    wrong 6 "did you mean 'ChangeValueInjector'?"
    printf "$head  Trigger: {call: [f]}\n  Target: dst\n  Action: {Perturb: ChangeValueInjector}\n" > wrong.yaml
    wrong 6 "needs the key 'value'"
    printf "$head  Trigger: {call: [f, g]}\n  Target: {src: {f: [1]}}\n  Action: Corrupt\n" > wrong.yaml
    wrong 5 "Target names no argument of 'g'"
    printf "$head  Trigger: {call: [f]}\n  Target: {src: {f: [1], h: [0]}}\n  Action: Corrupt\n" > wrong.yaml
    wrong 5 "Trigger does not name it"
    printf "$head  Trigger: {call: [all]}\n  Target: {src: {all: [0, 1]}}\n  Action: Corrupt\n" > wrong.yaml
    wrong 5 "'all' takes one argument"
    printf "$head  Trigger: {'call*': [all]}\n  Target: {src: {all: [0]}}\n  Action: Corrupt\n" > wrong.yaml
    wrong 4 "write call: [all]"
    printf "$head  Trigger: sometimes\n  Action: Corrupt\n" > wrong.yaml
    wrong 4 "Trigger must be return"
    printf "$head  Trigger: return\n  Action: {Perturb: Custom_Injector}\n" > wrong.yaml
    wrong 5 "its statements are missing"
    printf "$head  Trigger: return\n  Trigger*: [0]\n  Action: Corrupt\n" > wrong.yaml
    wrong 5 "whole number from 1"
    printf "Failure_Class: A\nNew_Failure_Mode: {Trigger: return, Action: Corrupt}\n" > wrong.yaml
    wrong 1 "Failure_Mode"
    printf "$head  Trigger: return\n  Action: Corrupt\n  Colour: red\n" > wrong.yaml
    wrong 6 "Colour"
}

test_descriptions_come_back_as_they_were() {
    for name in 'WrongAPI(API)' 'HighFrequentEvent(Timing)' 'WrongSource(Data)' 'NoDrain(MPI)' 'LowMemory(Res)'; do
        "$lltfi" faults --text "$name" > one.yaml
        "$lltfi" faults --fidl one.yaml --text "$name" > two.yaml
        cmp one.yaml two.yaml || fail "$name"
    done
}

test_fidl_algorithm() {
    printf 'Failure_Class: Own\nFailure_Mode: Odd\nNew_Failure_Mode: {Trigger: return, Action: Corrupt}\n' > own.yaml
    run FIDL-Algorithm -a own.yaml || fail "$(cat messages)"
    is "custom ones" "$("$lltfi" FIDL-Algorithm -l custom)" "Odd(Own)"
    is "default ones" "$("$lltfi" FIDL-Algorithm -l default | wc -l)" 39
    # Of main's result the low byte becomes the exit status.
    strikes 'Odd(Own)' memory 'benign crash'
    run FIDL-Algorithm -r 'Even(Own)'
    is "exit status of an unknown one" $? 1
    run FIDL-Algorithm -r 'Odd(Own)' || fail "$(cat messages)"
    is "none is left" "$("$lltfi" FIDL-Algorithm -l custom)" ""
}

test_autoscan() {
    printf '#include <stdio.h>\nint main(void) { FILE *f = fopen("x", "r"); return f ? fclose(f) : 0; }\n' > tiny.c
    "$lltfi" compiletoIR --readable -o tiny.ll tiny.c
    run SoftwareFailureAutoScan -numOfRuns 3 --enable_forward_injection tiny.ll || fail "$(cat messages)"
    is "software faults" "$(cat llfi.applicable.software.failures.txt)" "instSelMethod:
    - CPUHog(Res)
    - DataCorruption(Data)
    - HighFrequentEvent(Timing)
    - InappropriateClose(API)
    - IncorrectOutput(API)
    - IncorrectOutput(Data)
    - NoClose(API)
    - NoOpen(API)
    - NoOutput(API)
    - NoOutput(Data)
    - WrongAPI(API)
    - WrongMode(API)"
    expect "what was asked for" grep -q '^        - forward$' input.yaml
    run batchInstrument --readable tiny.ll || fail "batchInstrument takes what it wrote: $(cat messages)"
    run HardwareFailureAutoScan -outputfilename=hardware.txt tiny.ll || fail "$(cat messages)"
    is "selectors" "$(tr -d '\n' < hardware.txt)" \
        "instSelMethod:    - funcname    - insttype    - llfiindex    - onlymainregSelMethod:    - onlyconstint    - regloc"
    run InjectorAutoScan tiny.ll || fail "$(cat messages)"
    is "injectors" "$(sed -n '1p;/- bitflip$/p;/- random_value$/p' llfi.all.fault.injectors.txt | tr -d '\n')" \
        "HardwareFaultInjector:    - bitflip    - random_value"
    is "of software" "$(sed -n '/^Software/,$p' llfi.all.fault.injectors.txt | wc -l)" 40
}

test_llfi() {
    "$lltfi" compiletoIR --readable -o calls.ll "$programs/calls.c"
    cat > input.yaml <<'EOF'
compileOption:
    instSelMethod:
      - customInstselector:
          include:
            - BufferOverflow(API)
    regSelMethod: customregselector
    customRegSelector: Automatic
runOption:
    - run: {numOfRuns: 2, fi_type: AutoInjection, fi_random_seed: 1}
EOF
    run instrument --readable calls.ll || fail "$(cat messages)"
    is "compile time" "$(cat llfi.config.compiletime.txt)" "failure_class=API
failure_mode=BufferOverflow
targets=fread()/fwrite()
injector=ChangeValueInjector"
    run profile llfi/calls-profiling.exe files
    is "cycles" "$(sed -n 's/total_cycle=//p' llfi.stat.prof.txt)" 2
    run injectfault llfi/calls-faultinjection.exe files || fail "$(cat messages)"
    is "lines" "$(grep -c 'fi_type=BufferOverflow(API), ' llfi/llfi_stat_output/llfi.stat.fi.injectedfaults.0-0.txt)" 1
}

test_models_have_no_calls() {
    run run "$programs/../../models/lenet.onnx" --input "$programs/../../models/eight.png" --fault 'NoOpen(API)' --out none
    is "exit status" $? 2
    says "changes calls of a C program"
}

run_tests software api data io messages resources timing delay_is_no_hang none_is_left_out documentation_lists_them \
    what_is_done_to_the_value descriptions \
    errors_of_descriptions descriptions_come_back_as_they_were fidl_algorithm autoscan llfi models_have_no_calls
