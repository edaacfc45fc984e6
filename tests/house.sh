#!/bin/sh
# house.sh LLTFI PROGRAMS: rules of the source tree that no compiler checks, and names in the documentation.
. "$(dirname "$0")/harness.sh"
root=$(realpath "$programs/../..")

# A folder of src/ includes headers of folders before it, and its own. src/lltfi.h counts as base.
road="base runtime kernels ops lower config frontend passes engine store campaign report terminal llfi library cli"

# Each list of exceptions below is checked both ways: an exception that is not needed is an error.

# Headers without a guard: they are included several times in a file, or for their text.
templates="
engine/model/measure_lanes.h
kernels/cast_store.h
kernels/conv_fast.h
kernels/instance.h
kernels/matmul_fast.h
kernels/maxpool_fast.h
kernels/move.h
kernels/parts_move.h
kernels/vector.h
"

# Files outside cli/, llfi/ and terminal/ that print. runtime/model/main.c is main() of compiled models.
printing="
runtime/model/main.c
"

# Files outside these folders whose texts name an option of the command line. frontend/binary/binary.c and frontend/program.c:
# a linker's and a compiler's.
naming_options="
frontend/binary/binary.c
frontend/program.c
"

# Options in the documentation that are other programs': cmake's, clang's and of scripts of this tree.
others_options="
--build
"

# The sources' folder, by which the lists name files.
sources() {
    cd "$root/src" && find . -name '*.[ch]' -o -name '*.def' | sed 's|^\./||' | sort
}

# agree WHAT FOUND LISTED: both files have the same lines.
agree() {
    sort -u "$2" > found.sorted
    grep . "$3" | sort -u > listed.sorted
    comm -23 found.sorted listed.sorted | while read -r line; do fail "$1: $line"; done
    comm -13 found.sorted listed.sorted | while read -r line; do fail "listed without need as $1: $line"; done
}

test_folders_include_along_the_road() {
    (cd "$root/src" && find . -mindepth 1 -maxdepth 1 -type d | sed 's|^\./||' | sort) > folders
    echo "$road" | tr ' ' '\n' | sort | comm -3 folders - | while read -r name; do fail "not on both road and disk: $name"; done
    (cd "$root/src" && awk -v road="$road" '
        BEGIN { n = split(road, names, " "); for (i = 1; i <= n; i++) rank[names[i]] = i }
        FNR == 1 { folder = FILENAME ~ /\// ? substr(FILENAME, 1, index(FILENAME, "/") - 1) : "base" }
        /^#include "/ {
            split($0, part, "\""); header = part[2]
            gsub(/\.\.\//, "", header)
            to = substr(header, 1, index(header, "/") - 1)
            if (to in rank && rank[to] > rank[folder]) print FILENAME, header
        }' $(sources)) > against
    while read -r line; do fail "an include against the road: $line"; done < against
}

# Models and programs are separate engines, behind the interface engine/subject.h.
test_the_two_engines_are_apart() {
    (cd "$root/src/engine" && { grep -rn '^#include "engine/program' model; grep -rn '^#include "engine/model' program; }) > found
    while read -r line; do fail "$line"; done < found
}

test_guards_follow_the_path() {
    (cd "$root/src" && for header in $(sources | grep '\.h$'); do
        guard=LLTFI_$(echo "${header#lltfi.h}" | tr 'a-z/.-' 'A-Z___')
        [ "$header" = lltfi.h ] && guard=LLTFI_H
        [ "$(grep -cE "^#(ifndef|define) $guard\$" "$header")" = 2 ] || echo "$header"
    done) > odd
    echo "$templates" > listed
    agree "a header without the guard of its path" odd listed
}

test_struct_names_are_unique() {
    (cd "$root/src" && grep -ohE '\bstruct [a-z0-9_]+ ?\{' $(sources)) | sed 's/ *{//' | sort | uniq -d > twice
    while read -r name; do fail "a name of two structs: $name"; done < twice
}

# code PATTERN: files outside cli/, llfi/ and terminal/ that have it in code, not in a comment.
code() {
    (cd "$root/src" && awk -v pattern="$1" '
        {
            line = $0
            if (inside && !sub(/^.*\*\//, "", line)) next
            inside = 0
            gsub(/\/\*[^*]*\*\//, "", line)
            if (sub(/\/\*.*/, "", line)) inside = 1
            if (line ~ pattern) print FILENAME
        }' $(sources | grep -vE '^(cli|llfi|terminal)/'))
}

test_only_the_command_line_prints() {
    code '(^|[^a-z_"])(printf|puts|putchar|vprintf|g_print|g_printerr|g_message|g_warning) ?\(|[(, ](stdout|stderr)[,)]' > found
    echo "$printing" > listed
    agree "prints" found listed
}

test_only_the_command_line_names_its_options() {
    code '"[^"]*--[a-z]' > found
    echo "$naming_options" > listed
    agree "names an option" found listed
}

# Lines of src/lltfi.h's first comment: "FILE.h", and below it "struct NAME", which is defined there.
test_the_map_is_right() {
    sed '/\*\//q' "$root/src/lltfi.h" | awk '
        $2 ~ /^[a-z_\/]+\.(h|def)$/ { file = $2; print file }
        $2 == "struct" { print file, $3 }' > named
    [ "$(wc -l < named)" -gt 30 ] || fail "only $(wc -l < named) lines of the map are read"
    while read -r file name; do
        [ -f "$root/src/$file" ] || fail "there is no src/$file"
        [ -z "$name" ] || grep -qE "struct $name( ?\{|\$)" "$root/src/$file" || fail "struct $name is not in src/$file"
    done < named
}

# CONTRIBUTING.md's picture of the road.
test_the_documented_road_is_this_one() {
    is "the road" "$(grep -E '^    [a-z> -]+(->|$)' "$root/CONTRIBUTING.md" | grep -e '->' | tr -d '\n' | tr -s ' >-' ' ' | sed 's/^ //; s/ $//')" "$road"
}

documents() {
    ls "$root"/README.md "$root"/CONTRIBUTING.md "$root"/docs/*.md
}

verbs() {
    "$lltfi" --help | sed -n 's/^  \([A-Za-z+][A-Za-z+-]*\) .*/\1/p' | grep -vx lltfi
}

test_documented_options_exist() {
    { "$lltfi" --help; for verb in $(verbs); do "$lltfi" "$verb" --help; done; } < /dev/null 2>&1 |
        grep -oE -e '--[a-zA-Z][a-zA-Z0-9-]+' | sort -u > known
    grep -ohE -e '(^|[^A-Za-z-])--[a-zA-Z][a-zA-Z0-9-]+' $(documents) | sed 's/^[^-]//' | sort -u > named
    comm -23 named known > unknown
    echo "$others_options" > listed
    agree "an option that no --help shows" unknown listed
    [ "$(wc -l < known)" -gt 60 ] || fail "only $(wc -l < known) options are known"
}

# NAME means any name; build/ holds what the build makes.
test_documented_files_exist() {
    grep -ohE '(^|[^A-Za-z0-9_./-])(src|tests|docs|bench|data|models|examples|scripts)/[A-Za-z0-9_./*+-]+' $(documents) |
        sed 's/^[^a-z]//; s/[.]*$//' | sort -u > named
    [ "$(wc -l < named)" -gt 20 ] || fail "only $(wc -l < named) files are named"
    while read -r path; do
        pattern=$(echo "$path" | sed 's/NAME/*/')
        (cd "$root" && ls -d $pattern > /dev/null 2>&1) || fail "there is no $path"
    done < named
}

# Links lead from their document to a file.
test_documented_links_lead_somewhere() {
    for document in $(documents); do
        grep -ohE '\]\([^):#]+' "$document" | sed 's/^](//' | sort -u > links
        while read -r link; do
            [ -e "$(dirname "$document")/$link" ] || fail "$document links to $link"
        done < links
    done
}

test_documented_variables_exist() {
    grep -ohE '\b(LLTFI|LLFI)_[A-Z_]+' $(documents) | sort -u > named
    while read -r name; do
        grep -rqF "$name" "$root/src" "$root/scripts" || fail "no source knows $name"
    done < named
}

run_tests house folders_include_along_the_road the_two_engines_are_apart the_documented_road_is_this_one \
    the_map_is_right guards_follow_the_path struct_names_are_unique only_the_command_line_prints \
    only_the_command_line_names_its_options documented_options_exist documented_files_exist \
    documented_links_lead_somewhere documented_variables_exist
