#!/bin/sh
# wrapper.sh LLTFI PROGRAMS: lltfi cc and c++ as compilers of projects with their own build.
. "$(dirname "$0")/harness.sh"

project() {
    cp -R "$programs/project/." .
}

# struck PROGRAM: a campaign on an executable runs, and says which of the project's files its faults hit.
struck() {
    run run "$1" --trials 60 --seed 2 --out campaign -- 7 || fail "run: $(cat messages)"
    is "what it prints" "$(./program 7)" "140 185.000 2.646"
    "$lltfi" results campaign --by line --format csv | tail -n +2 | cut -d, -f1 | sed 's|.*/||' | sort -u | tr '\n' ' '
}

# covers_all PROGRAM: faults hit both libraries and the program itself.
covers_all() {
    files=$(struck "$1")
    for file in main.c scale.cc sum.c; do
        case " $files" in *" $file "*) ;; *) fail "$file is not hit, but $files" ;; esac
    done
}

test_make_with_a_shared_library() {
    project
    make CC="$lltfi cc" CXX="$lltfi c++" > printed 2>&1 || fail "make: $(cat printed)"
    expect "no complaint of a linker's plugin" [ "$(grep -c plugin printed)" = 0 ]
    is "files" "$(struck ./program)" "main.c sum.c "
    is "dependencies" "$(sed 's/ *\\$//; s/^ *//' main.d | tr '\n' ' ')" "main.o: main.c sum/sum.h "
}

test_make_with_static_libraries() {
    project
    make SCALE=static CC="$lltfi cc" CXX="$lltfi c++" > printed 2>&1 || fail "make: $(cat printed)"
    covers_all ./program
}

test_cmake() {
    command -v cmake > printed || {
        skip "cmake is not installed"
        return
    }
    project
    ln -s "$lltfi" lltfi-cc && ln -s "$lltfi" lltfi-c++
    CC="$PWD/lltfi-cc" CXX="$PWD/lltfi-c++" cmake -S . -B build > printed 2>&1 || fail "cmake: $(cat printed)"
    cmake --build build > printed 2>&1 || fail "cmake --build: $(cat printed)"
    cp build/program program
    covers_all build/program
}

test_one_command() {
    project
    "$lltfi" cc -O1 -MD main.c twice.s sum/sum.c -o program -DUNUSED -Wl,--defsym=scale=0 -lm 2> messages ||
        fail "compile and link at once: $(cat messages)"
    is "rules of the sources" "$(ls ./*.d)" "./main.d
./sum.d"
    is "nothing else is left" "$(find . -name '*.o' -o -name '*.bc')" ""
}

# Code that compilers always inline exists nowhere else.
test_inlined_code() {
    cat > inlined.c << 'EOF'
#include <stdio.h>
extern inline __attribute__((gnu_inline, always_inline)) int triple(int x)
{
    return 3 * x;
}
int main(int argc, char **argv)
{
    (void)argv;
    printf("%d\n", triple(argc + 6));
    return 0;
}
EOF
    "$lltfi" cc -O1 inlined.c -o program || fail "compile"
    run run ./program --trials 60 --out campaign || fail "run: $(cat messages)"
    is "functions" "$("$lltfi" results campaign --by function --format csv | tail -n +2 | cut -d, -f2 | tr -d '"' | sort | tr '\n' ' ')" "main triple "
}

test_questions_are_clangs() {
    expect "--version" [ "$("$lltfi" cc --version | head -1)" = "$(clang-19 --version | head -1)" ]
    printf 'int f(void) { return 1; }\n' > f.c
    "$lltfi" cc -E f.c | grep -q 'int f' || fail "-E"
    "$lltfi" cc -S f.c -o f.s && grep -q 'f:' f.s || fail "-S"
    printf 'int f(void) { return x; }\n' > bad.c
    "$lltfi" cc -c bad.c 2> messages
    is "exit status of an error" $? 1
    says "bad.c:1:22: error"
}

test_a_program_without_bitcode() {
    printf 'int main(void) { return 0; }\n' > plain.c
    clang-19 plain.c -o plain
    run run ./plain
    is "exit status" $? 1
    says "there is no LLVM IR in this file"
    says "CC='lltfi cc'"
}

test_damaged_bitcode() {
    project
    "$lltfi" cc -c sum/sum.c -o sum.o && cp sum.o damaged
    size=$(stat -c %s damaged)
    for at in 96 200 700 $((size - 40)); do
        cp sum.o damaged
        printf '\377\377\377\377\377\377\377\377' | dd of=damaged bs=1 seek="$at" conv=notrunc 2> /dev/null
        run run ./damaged --trials 1 --out campaign
        is "exit status with bytes at $at destroyed" $? 1
    done
}

run_tests wrapper make_with_a_shared_library make_with_static_libraries cmake one_command inlined_code questions_are_clangs \
    a_program_without_bitcode damaged_bitcode
