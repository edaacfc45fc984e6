#!/bin/sh
# protect.sh LLTFI PROGRAMS MODEL PICTURE OTHER_MODEL: `lltfi protect`, campaigns on protected code, and paired ones.
model=$(realpath "$3")
picture=$(realpath "$4")
other=$(realpath "$5")
. "$(dirname "$0")/harness.sh"

# plan TECHNIQUE CORRECTION: of the convolutions, in plan.yaml.
plan() {
    expect "a plan" run protect "$model" --technique "$1" --correct "$2" --layer Conv -o plan.yaml
}

# campaign FOLDER WORD...: bit 30 of sums and products of the convolutions.
campaign() {
    out=$1
    shift
    expect "campaign $out" run run "$model" -i "$picture" --layer Conv --insttype fadd,fmul --bit 30 --trials 2000 \
        --out "$out" -q "$@"
}

# picture_of_zeros FILE.npy
picture_of_zeros() {
    printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 28, 28), }" > "$1"
    head -c 3136 /dev/zero >> "$1"
}

# count FOLDER OUTCOME
count() {
    "$lltfi" results "$1" --format csv | awk -F, -v outcome="$2" '$1 == "outcome" && $2 == outcome { n = $3 } END { print n + 0 }'
}

test_without_protection_bit_30_gives_SDC() {
    campaign plain
    [ "$(count plain SDC)" -gt 100 ] || fail "SDC: $(count plain SDC)"
}

test_every_difference_is_detected() {
    for technique in aid acd shadow; do
        plan $technique none
        campaign $technique --protect plan.yaml
        is "$technique: detected" "$(count $technique detected)" 2000
    done
}

test_a_vote_corrects_all() {
    for technique in aid acd shadow; do
        plan $technique vote
        campaign $technique --protect plan.yaml --protect-sites original
        is "$technique: corrected" "$(count $technique corrected)" 2000
    done
}

test_a_vote_over_all_arithmetic_leaves_no_SDC() {
    for technique in aid acd shadow; do
        expect "a plan" run protect "$model" -t $technique -c vote -o plan.yaml
        expect "campaign" run run "$model" -i "$picture" --trials 20000 --seed 2 --protect plan.yaml \
            --protect-sites original --out $technique -q
        is "$technique: SDC" "$(count $technique SDC)" 0
    done
}

test_ranges_correct_what_is_beyond_them() {
    expect "a plan" run protect "$model" --technique range -i "$picture" -o range.yaml
    expect "campaign" run run "$model" -i "$picture" --trials 20000 --protect range.yaml --out range -q
    [ "$(count range SDC)" -lt 10 ] || fail "SDC: $(count range SDC)"
    [ "$(count range corrected)" -gt 500 ] || fail "corrected: $(count range corrected)"
}

test_min_lets_NaN_pass_and_magnitude_does_not() {
    plan shadow min
    campaign min --protect plan.yaml
    [ "$(count min SDC)" -gt 20 ] || fail "SDC with min: $(count min SDC)"
    plan shadow magnitude
    campaign magnitude --protect plan.yaml
    is "SDC with magnitude" "$(count magnitude SDC)" 0
}

test_without_faults_nothing_is_reported() {
    for correction in none vote; do
        plan shadow $correction
        expect "controls" run run "$model" -i "$picture" --fault none --trials 20 --protect plan.yaml --out $correction -q
        is "$correction: benign" "$(count $correction benign)" 20
    done
}

test_paired_campaigns_strike_the_same_faults() {
    plan shadow vote
    campaign plain
    campaign original --protect plan.yaml --protect-sites original
    campaign all --protect plan.yaml
    expect "paired" run compare plain original --paired --format csv
    grep -q '^SDC,.*' printed || fail "$(cat printed)"
    run compare plain all --paired && fail "campaigns with other faults are compared"
    says "must strike original instructions only"
}

test_protected_programs_compute_the_same() {
    for technique in aid acd shadow; do
        for level in 0 2; do
            expect "$technique" run protect "$programs/sort.c" -t $technique -c vote --scope all -O $level -o sort
            expect "protected sort" ./sort 20 > got
            expect "sort" run protect "$programs/sort.c" --insttype add -t aid --scope all -o plain
            ./plain 20 > wanted
            cmp got wanted || fail "$technique at -O$level"
        done
    done
}

test_a_program_ends_when_it_detects() {
    expect "a plan" run protect "$programs/sort.c" -t aid --scope all -o plan.yaml
    expect "campaign" run run "$programs/sort.c" --protect plan.yaml --insttype add,mul,icmp,getelementptr --trials 60 \
        --out detected -q -- 10
    is "detected" "$(count detected detected)" 60
}

test_a_protected_model_is_a_program() {
    expect "plain" run compile "$model" --emit exe -o plain
    expect "protected" run protect "$model" -c vote -o protected
    for form in scalar fast; do
        expect "$form" run protect "$model" -c vote --form $form -o $form
    done
    picture_of_zeros x.npy
    ./plain x.npy > wanted || fail "plain does not run"
    for form in scalar fast; do
        ./$form x.npy > got || fail "$form does not run"
        cmp got wanted || fail "the $form form computes something else"
    done
}

test_a_choice_covers_more_than_the_convolutions() {
    expect "campaign" run run "$model" -i "$picture" --trials 20000 --out plain -q
    expect "a choice" run protect "$model" --from plain --budget 7% -o chosen.yaml
    expect "unseen faults" run run "$model" -i "$picture" --trials 20000 --seed 2 --out other -q
    expect "protected" run run "$model" -i "$picture" --trials 20000 --seed 2 --protect chosen.yaml \
        --protect-sites original --out chosen -q
    [ $((10 * $(count chosen SDC))) -lt $((3 * $(count other SDC))) ] ||
        fail "SDC $(count other SDC), protected $(count chosen SDC)"
}

# refused STATUS TEXT WORD...
refused() {
    status=$1 text=$2
    shift 2
    run "$@"
    is "status of $*" $? "$status"
    says "$text"
}

test_what_cannot_be_protected_is_said() {
    expect "campaign" run run "$model" -i "$picture" --trials 200 --bit 30 --out plain -q
    picture_of_zeros black.npy
    plan shadow none
    expect "protected" run run "$model" -i "$picture" --trials 10 --protect plan.yaml --out protected -q
    refused 2 "it must be above 0" protect "$model" --from plain --budget 0
    refused 2 "it must be above 0" protect "$model" --from plain --budget nothing
    refused 2 "belong together" protect "$model" --from plain
    refused 1 "is a campaign about something else" protect "$other" --from plain --budget 5%
    refused 1 "is a campaign on protected code" protect "$model" --from protected --budget 5%
    refused 1 "nothing of" protect "$model" --insttype load -o x.yaml
    refused 1 "nothing of" protect "$programs/sort.c" -o x.yaml
    refused 1 "was made for 'lenet.onnx'" run "$other" -i "$picture" --protect plan.yaml --trials 1
    refused 2 "needs a model and inputs" protect "$model" --technique range
    refused 2 "range does not correct by vote" protect "$model" --technique range -c vote -i "$picture"
    refused 2 "clip is for range" protect "$model" -c clip
    expect "bounds of black" run protect "$model" -t range --margin 0 -i black.npy -o black.yaml
    refused 1 "out of the plan's bounds" run "$model" -i "$picture" --protect black.yaml --trials 1
    refused 2 "level tensor" run "$model" -i "$picture" --protect plan.yaml --level tensor --trials 1
    refused 2 "allowed: aid" protect "$model" --technique hope
    refused 2 "allowed: none" protect "$model" --correct hope
    printf 'rules:\n  - technique: hope\n' > bad.yaml
    refused 1 "bad.yaml:2:16: technique" run "$model" -i "$picture" --protect bad.yaml --trials 1
    printf 'rules: []\n' > bad.yaml
    refused 1 "bad.yaml:1:8: rules must be a list" run "$model" -i "$picture" --protect bad.yaml --trials 1
    refused 1 "no such file" run "$model" -i "$picture" --protect missing.yaml --trials 1
    [ ! -e x.yaml ] || fail "a plan that protects nothing was written"
}

run_tests protect without_protection_bit_30_gives_SDC every_difference_is_detected a_vote_corrects_all \
    a_vote_over_all_arithmetic_leaves_no_SDC ranges_correct_what_is_beyond_them \
    min_lets_NaN_pass_and_magnitude_does_not without_faults_nothing_is_reported \
    paired_campaigns_strike_the_same_faults protected_programs_compute_the_same a_program_ends_when_it_detects \
    a_protected_model_is_a_program a_choice_covers_more_than_the_convolutions what_cannot_be_protected_is_said
