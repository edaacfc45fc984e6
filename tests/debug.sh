#!/bin/sh
# debug.sh LLTFI PROGRAMS MODEL PICTURE: what --dump-after and --verbose print.
model=$(realpath "$3")
picture=$(realpath "$4")
. "$(dirname "$0")/harness.sh"

# holds FILE TEXT
holds() {
    grep -qF -e "$2" "$1" || fail "'$2' is not in $1: $(head -n 20 "$1")"
}

# lacks FILE TEXT
lacks() {
    if grep -qF -e "$2" "$1"; then fail "'$2' is in $1"; fi
}

test_help_lists_passes_and_orders() {
    expect "help" run run --dump-after=help
    holds printed "  inject       "
    holds printed "  runtime      "
    holds printed "  layer, fault form:"
    holds printed "    copy inject entry clean verify"
}

test_a_program_after_injection() {
    expect "a run" run run "$programs/sort.c" --trials 1 --dump-after inject --funcname main -- 5
    holds messages "fault form, after inject"
    holds messages "@lltfi_inject("
    holds messages "define i32 @main("
    lacks messages "after clean"
    is "functions" "$(grep -c '^define' messages)" 1
}

test_a_layer_after_injection() {
    expect "a run" run run "$model" -i "$picture" --trials 1 --layer Gemm:1 --dump-after inject
    holds messages "'/linear1/Gemm', fault form, after inject"
    holds messages "@lltfi_inject("
    lacks messages "'/conv1/Conv'"
}

test_cached_code_is_printed_as_well() {
    for time in 1 2; do
        expect "run $time" run profile "$model" -i "$picture" --dump-after optimize --dump-only /linear3/Gemm
        holds messages "'/linear3/Gemm', fast form, after optimize"
        lacks messages "'/linear2/Gemm'"
    done
}

test_files() {
    expect "compile" run compile "$model" -o net.ll --dump-after all --dump-only '*Gemm' --dump-dir passes
    is "messages" "$(cat messages)" ""
    holds passes/_linear1_Gemm.scalar.01-build.ll "call void @kernel("
    lacks passes/_linear1_Gemm.scalar.02-inline.ll "call void @kernel("
    is "files of one layer" "$(ls passes/_linear1_Gemm.scalar.*)" \
"passes/_linear1_Gemm.scalar.01-build.ll
passes/_linear1_Gemm.scalar.02-inline.ll
passes/_linear1_Gemm.scalar.03-scalars.ll
passes/_linear1_Gemm.scalar.04-rotate.ll
passes/_linear1_Gemm.scalar.05-optimize.ll
passes/_linear1_Gemm.scalar.06-protect.ll
passes/_linear1_Gemm.scalar.07-verify.ll"
}

test_a_replay() {
    expect "a run" run run "$model" -i "$picture" --trials 3 --out campaign
    expect "a replay" run replay campaign --trial 1 --dump-after inject --dump-only '*conv1*'
    holds messages "'/conv1/Conv', fault form, after inject"
}

test_wrong_use() {
    run run "$model" -i "$picture" --dump-after injection
    is "exit status" $? 2
    says "--dump-after: there is no pass 'injection'; help lists them"
    run compile "$model" -o net.ll --dump-dir passes
    is "exit status" $? 2
    says "--dump-only and --dump-dir need --dump-after PASS"
    : > file
    run compile "$model" -o net.ll --dump-after all --dump-dir file/passes
    is "exit status" $? 1
    says "file/passes: Not a directory"
}

# stage NAME COUNT: is in the table of stages.
stage() {
    grep -qE "^ *$1 +$2 +[0-9]+\.[0-9]{3}$" messages || fail "stage $1, $2 times: $(cat messages)"
}

test_the_stages_of_a_model() {
    expect "a run" run run "$model" -i "$picture" --trials 20 --verbose
    for name in load lower "golden run" profile trials optimize inject compile "find grains"; do
        stage "$name" "[0-9]+"
    done
    stage "trial, in its worker" 20
    holds messages "stage "
    expect "a quiet run" run profile "$model" -i "$picture"
    lacks messages "stage "
}

test_the_stages_of_a_program() {
    expect "a run" run run "$programs/sort.c" --trials 3 --jobs 1 --verbose -- 5
    for name in load inject "golden run" trials runtime; do
        stage "$name" "[0-9]+"
    done
    stage "trial, in its worker" 3
}

run_tests debug help_lists_passes_and_orders a_program_after_injection a_layer_after_injection \
    cached_code_is_printed_as_well files a_replay wrong_use the_stages_of_a_model the_stages_of_a_program
