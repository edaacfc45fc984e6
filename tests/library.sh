#!/bin/sh
# library.sh LLTFI PROGRAMS MODEL INPUT: the library as its users have it: installed, found by pkg-config, and used by
# programs that see only its header.
. "$(dirname "$0")/harness.sh"
root=$(realpath "$programs/../..")
build=$(realpath "$(dirname "$lltfi")/..")
model=$(realpath "$3")
input=$(realpath "$4")
strict="-Wall -Wextra -Wpedantic -Werror"

# install_library: under $installed. Sets what a user's shell would have.
install_library() {
    installed=$folder/installed
    DESTDIR=$installed meson install -C "$build" --no-rebuild --quiet > "$folder/install.log" 2>&1 || return 1
    library=$(dirname "$(find "$installed" -name liblltfi.so)")
    export PKG_CONFIG_PATH="$library/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$installed" LD_LIBRARY_PATH="$library"
    cc -std=c99 $strict "$root/tests/library/client.c" $(pkg-config --cflags --libs lltfi) -lm -o "$folder/client"
}

# A check of tests/library/client.c, which says what fails.
client() {
    "$folder/client" "$1" "$model" "$input" "$programs/list.c" > said 2> messages || fail "$(cat said messages)"
}

# rows FOLDER QUERY: what a campaign's file has.
rows() {
    python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute("SELECT " + sys.argv[2]): print(row)' "$1/campaign.db" "$2"
}

header() {
    find "$installed" -name lltfi.h
}

test_the_header_is_c_and_cxx() {
    expect "C99" cc -std=c99 $strict -fsyntax-only -x c "$(header)"
    expect "C17" cc -std=c17 $strict -fsyntax-only -x c "$(header)"
    expect "C++" c++ -std=c++11 $strict -fsyntax-only -x c++ "$(header)"
    ! grep -q '^#include <g' "$(header)" || fail "the header includes GLib"
}

test_a_cxx_program_links() {
    printf '#include <lltfi/lltfi.h>\n#include <cstdio>\nint main() { std::puts(lltfi_version()); }\n' > version.cc
    c++ -std=c++11 $strict version.cc $(pkg-config --cflags --libs lltfi) -o version || fail "it does not link"
    is "the version" "lltfi $(./version)" "$("$lltfi" --version)"
    is "the version of lltfi.pc" "$(pkg-config --modversion lltfi)" "$(./version)"
}

# Names in the header that parentheses follow, comments left out.
test_only_the_functions_of_the_header_are_visible() {
    cc -fpreprocessed -dD -E -P "$(header)" 2> /dev/null | grep -oE 'lltfi_[a-z_]+\(' | tr -d '(' | sort -u > declared
    nm -D --defined-only "$library/liblltfi.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u > visible
    [ "$(wc -l < declared)" -gt 15 ] || fail "only $(wc -l < declared) functions are found in the header"
    is "visible names" "$(cat visible)" "$(cat declared)"
}

test_the_loader_finds_it_by_its_soname() {
    is "what a client needs" "$(readelf -d "$folder/client" | grep -o 'liblltfi[^]]*')" "liblltfi.so.0"
    [ -e "$library/liblltfi.so.0" ] || fail "there is no liblltfi.so.0"
}

# "all 0.55 % [0.31, 0.98] of 2000 trials", then the layers.
test_the_example_prints_the_rates_of_lltfi() {
    cc -std=c99 $strict "$root/examples/library/rate.c" $(pkg-config --cflags --libs lltfi) -o rate || fail "rate.c does not compile"
    ./rate "$model" "$input" campaign > said || fail "rate failed"
    run run "$model" --input "$input" --trials 2000 --out other || fail "$(cat messages)"
    "$lltfi" results other --format csv |
        awk -F, '$2 == "SDC" { printf "all %.2f [%.2f, %.2f] %d\n", 100 * $5, 100 * $6, 100 * $7, $4 }' > wanted
    "$lltfi" results other --by layer --format csv |
        awk -F, 'NR == 1 { for (c = 1; c <= NF; c++) at[$c] = c; next }
            $at["activated"] > 0 { printf "%s %.2f [%.2f, %.2f] %d\n", $at["name"], 100 * $at["SDC_rate"],
                100 * $at["SDC_low"], 100 * $at["SDC_high"], $at["activated"] }' >> wanted
    awk '{ print $1, $2, $4, $5, $7 }' said > got
    [ "$(wc -l < got)" -gt 5 ] || fail "only $(wc -l < got) lines"
    is "rates" "$(cat got)" "$(cat wanted)"
}

test_the_example_reports_what_is_wrong() {
    cc -std=c99 "$root/examples/library/rate.c" $(pkg-config --cflags --libs lltfi) -o rate
    ./rate nothing.onnx "$input" campaign > said 2> messages && fail "a missing model is no error"
    says "nothing.onnx"
    [ ! -s said ] && [ ! -e campaign ] || fail "something was left behind"
}

# Campaigns of the library and of lltfi are the same, trial by trial, and each goes on with the other's.
test_lltfi_and_the_library_run_the_same_trials() {
    client a_plain_campaign
    run run "$model" --input "$input" --trials 300 --out other || fail "$(cat messages)"
    for table in trial injection; do
        columns=$([ $table = trial ] && echo "number, config, input, layer, outcome, sdc, signal, deviation" || echo "*")
        for out in campaign other; do
            rows $out "$columns FROM $table ORDER BY 1, 2" > $out.$table
        done
        [ -s other.$table ] || fail "no rows of $table"
        cmp -s campaign.$table other.$table || fail "the rows of $table differ"
    done
    run replay campaign --trial 17 || fail "$(cat messages)"
    run run "$model" --input "$input" --trials 300 --out campaign || fail "$(cat messages)"
    is "trials" "$(rows campaign 'count(*) FROM trial')" "(300,)"
}

install_library || { echo "Bail out! it can't be installed or used: $(cat "$folder/install.log")" && exit 1; }
checks=$("$folder/client" | grep -vx a_plain_campaign)
for name in $checks; do
    eval "test_$name() { client $name; }"
done
run_tests library the_header_is_c_and_cxx a_cxx_program_links only_the_functions_of_the_header_are_visible \
    the_loader_finds_it_by_its_soname the_example_prints_the_rates_of_lltfi the_example_reports_what_is_wrong \
    lltfi_and_the_library_run_the_same_trials $checks
