#!/bin/sh
# trace.sh LLTFI PROGRAMS: LLFI's tools for traces, on small traces written here. Prints TAP.
lltfi=$(realpath "$1")
programs=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
number=0

# ok NAME: whether the last command succeeded.
ok()
{
    status=$?
    number=$((number + 1))
    if [ $status -eq 0 ]; then echo "ok $number - $1"; else
        echo "not ok $number - $1"
        sed 's/^/# /' got expected said 2>/dev/null
    fi
}

# line ID OPCODE VALUE
line() { printf 'ID: %s\tOPCode: %s\tValue: %s\n' "$1" "$2" "$3"; }
# fails STATUS WORDS COMMAND...: the command ends with that status and says the words.
fails()
{
    wanted=$1 words=$2
    shift 2
    "$@" > got 2> said
    [ $? -eq "$wanted" ] && grep -qF -- "$words" said
}
same() { diff got expected > said; }

# A loop: 3 load, 4 add (struck), 5 store, 6 icmp; then 10 call.
round() { line 3 load "0000000$1"; line 4 add "$2"; line 5 store 00000000; line 6 icmp "$3"; }
{ line 1 alloca 00007ffc; round 0 00000001 01; round 1 00000002 01; round 2 00000003 00; line 10 call ff; } > golden

{ echo '#TraceStartInstNumber: 7'; line 4 add 00000002; line 5 store 00000000; line 6 icmp 01
  round 2 00000003 00; line 10 call ff; } > nothing
printf '#FaultReport\n1 @ 7\nID: 4\tOPCode: add\tValue: 00000002 / 2\n' > expected
"$lltfi" tracediff golden nothing > got 2> said && same
ok 'a fault that changes nothing: its line only'

{ echo '#TraceStartInstNumber: 7'; line 4 add 00000012; line 5 store 00000000; line 6 icmp 00
  line 10 call 0123456789abcdef0123; } > ends
cat > expected <<'END'
#FaultReport
1 @ 7
ID: 4	OPCode: add	Value: 00000002 / 18

Diff@ inst # 9\9 -> inst # 10\10
Data Diff: ID: 6 OPCode: icmp Value: 1 \ 0

Diff@ inst # 10\10 -> inst # 14\10
Pre  Diff: ID: 6
Ctrl Diff: ID: 3 \ None
Ctrl Diff: ID: 4 \ None
Ctrl Diff: ID: 5 \ None
Ctrl Diff: ID: 6 \ None
Post Diff: ID: 10

Diff@ inst # 14\10 -> inst # 15\11
Data Diff: ID: 10 OPCode: call Value: 255 \ 5373003642731685151011
END
"$lltfi" tracediff golden ends > got 2> said && same
ok 'data and control differences, in the order of their numbers, values of any width in decimal'

{ echo '#TraceStartInstNumber: 3'; line 4 add 00000009; line 5 store 00000000; line 6 icmp 01; line 7 sub 00000001
  line 8 mul 00000003; line 6 icmp 00; round 2 00000003 00; } > more
cat > expected <<'END'
#FaultReport
1 @ 3
ID: 4	OPCode: add	Value: 00000001 / 9

Diff@ inst # 6\6 -> inst # 9\8
Pre  Diff: ID: 6
Ctrl Diff: ID: 3 \ 7
Ctrl Diff: ID: 4 \ 8
Ctrl Diff: ID: 5 \ None
Post Diff: ID: 6

Diff@ inst # 9\8 -> inst # 10\9
Data Diff: ID: 6 OPCode: icmp Value: 1 \ 0

Diff@ inst # 14\13 -> inst # 15\13
Pre  Diff: ID: 6
Ctrl Diff: ID: 10 \ None
END
"$lltfi" tracediff golden more > got 2> said && same
ok 'other instructions side by side; nothing is compared after an early end'

sed '1s/$/ #TraceCut/; $d' more > cut
sed '/^Diff@ inst # 14/,$d' expected | sed '$d' > shorter && mv shorter expected
"$lltfi" tracediff golden cut > got 2> said && same
ok 'where a faulty trace was cut, the rest of the golden trace is not a difference'

{ echo '#TraceStartInstNumber: 6'; line 8 mul 01; line 10 call ff; } > branch
"$lltfi" tracediff golden branch > got 2> said && grep -qF 'Ctrl Diff: ID: 3 \ 8' got
ok 'a fault after which another instruction comes first is a difference in control'

fails 1 "golden first, faulty second" "$lltfi" tracediff golden golden
ok 'a trace without a fault is not a faulty one'
fails 1 'has only 14' sh -c "sed 1s/3/30/ more > far; '$lltfi' tracediff golden far"
ok 'a fault after the end of the golden trace'
echo 'ID: x' >> more
fails 1 'more:12: this is not a line of a trace' "$lltfi" tracediff golden more
ok 'a broken line is named'
fails 1 usage: "$lltfi" tracediff golden
ok 'one file is not enough for tracediff'

"$lltfi" tracediff golden ends > r1
sed 's/^1 @ 7/1 @ 3/; s,/ 18,/ 99,' r1 > r2
cat > r3 <<'END'
#FaultReport
1 @ 2
ID: 3	OPCode: load	Value: 00000000 / 4

Diff@ inst # 3\3 -> inst # 4\4
Data Diff: ID: 4 OPCode: add Value: 1 \ 5
END
{ printf '#FaultReport\n2 @ 7\nID: 4 OPCode: add Value: 00000002 /  18 99\n'; sed 1,3d r1; sed 1,3d r1; echo
  sed 's,^ID: 3.*,ID: 3 OPCode: load Value: 00000000 /  4,' r3; echo; } > expected
"$lltfi" traceunion r1 r3 r2 > got 2> said && same
ok 'reports of the same instruction become one, with all their differences'
fails 1 "no '#FaultReport'" "$lltfi" traceunion r1 golden
ok 'a trace is not a report'

cat > graph.dot <<'END'
digraph "LLFI Program Graph" {
llfiID_4 -> llfiID_5 [color="blue"];
llfiID_3 [shape=record,label="3\nload\n"];
llfiID_4 [shape=record,label="4\nadd\n"];
llfiID_44 [shape=record,label="44\nadd\n"];
llfiID_6 [shape=record,label="6\nicmp\n(Line #: 5)\n"];
llfiID_10 [shape=record,label="10\ncall\n"];
llfiID_3 -> llfiID_4;
llfiID_6 -> llfiID_7;
llfiID_7 -> llfiID_3;
llfiID_7 -> llfiID_10;
}
END
sed 's/^\(llfiID_4 .shape.*"\)\];/\1, style="filled", fillcolor="red"];/
     s/^\(llfiID_6 .shape.*"\)\];/\1, style="filled", fillcolor="yellow"];/
     s/^\(llfiID_10 .shape.*"\)\];/\1, style="filled", fillcolor="yellow"];/
     s/^llfiID_7 -> llfiID_10;/llfiID_7 -> llfiID_10 [color="red"];/' graph.dot > expected
echo >> expected
"$lltfi" traceontograph r1 graph.dot > got 2> said && same
ok 'on the graph: struck red, changed yellow, the branch that was taken instead red'

mkdir -p llfi/baseline llfi/llfi_stat_output
cp golden llfi/baseline/llfi.stat.trace.prof.txt
cp ends llfi/llfi_stat_output/llfi.stat.trace.0-1.txt
cp graph.dot llfi.stat.graph.dot
(cd llfi/llfi_stat_output && "$lltfi" tracetodot) > got 2> said &&
    cmp r1 llfi/trace_report_output/TraceDiffReportFile.0-1.txt &&
    cmp expected llfi/trace_report_output/TraceGraph.0-1.dot &&
    [ -f llfi/trace_report_output/stderr_log.txt ]
ok 'tracetodot: report and graph of every trace'
fails 1 'llfi_stat_output' sh -c "cd llfi && '$lltfi' tracetodot"
ok 'tracetodot says where it wants to be called'

# LLFI's steps from the source to the coloured graph.
mkdir whole && cd whole && cat > fold.c <<'END'
#include <stdio.h>
int main(void)
{
    int sum = 0;

    for (int i = 0; i < 6; i++)
        sum = sum * 3 + i;
    printf("%d\n", sum);
    return 0;
}
END
cat > input.yaml <<'END'
compileOption:
    instSelMethod:
      - insttype:
          include: [mul]
    regSelMethod: regloc
    regloc: dstreg
    tracingPropagation: True
    tracingPropagationOption: {maxTrace: 250, generateCDFG: True}
runOption:
    - run: {numOfRuns: 2, fi_type: bitflip, fi_cycle: 3, fi_reg_index: 0, fi_index: 0, fi_bit: 0}
END
{ "$lltfi" compiletoIR --debug --readable -o fold.ll fold.c && "$lltfi" instrument fold.ll &&
    "$lltfi" profile llfi/fold-profiling.exe && "$lltfi" injectfault llfi/fold-faultinjection.exe &&
    cd llfi/llfi_stat_output && "$lltfi" tracetodot && cd ../..; } > got 2> said && cp said got
mul=$(sed -n 's/^llfiID_\([0-9]*\) .*nmul.n(Line #: 7).*/\1/p' llfi.stat.graph.dot)
[ -n "$mul" ] && grep -q "^llfiID_$mul line_7$" llfi.index.map.txt &&
    grep -q "^llfiID_$mul -> llfiID_[0-9]* .color=\"blue\".;" llfi.stat.graph.dot &&
    ! grep -q '^llfiID_\([0-9]*\) -> llfiID_\1 ' llfi.stat.graph.dot
ok 'the graph: nodes with lines, data edges that lead to users'
report=llfi/trace_report_output/TraceDiffReportFile.0-0.txt
# sum is 1 before the third product, which 3 becomes 2; the loads, products and sums after it differ until the end.
grep -q "^ID: $mul	OPCode: mul	Value: 00000003 / 2" $report &&
    grep -q 'OPCode: add Value: 5 . 4$' $report && ! grep -q Ctrl $report
ok 'a real run: golden and faulty values as the program computes them'
grep -q "llfiID_$mul .*fillcolor=\"red\"" llfi/trace_report_output/TraceGraph.0-0.dot &&
    grep -q 'nadd.n.*fillcolor="yellow"' llfi/trace_report_output/TraceGraph.0-0.dot
ok 'and on the graph'
if command -v dot > /dev/null; then
    dot -Tsvg llfi/trace_report_output/TraceGraph.0-0.dot > got.svg 2> said && grep -q 'fill="yellow"' got.svg
    ok 'Graphviz draws it'
else
    number=$((number + 1))
    echo "ok $number - Graphviz draws it # SKIP there is no dot (package graphviz)"
fi
cd ..

# 100,000 lines of which only every tenth is common to both files.
awk 'BEGIN { for (i = 1; i <= 100000; i++) printf "ID: %d\tOPCode: add\tValue: 00\n", i % 10 ? i : 5 }' > long
{ echo '#TraceStartInstNumber: 1'
  awk 'BEGIN { for (i = 1; i <= 100000; i++) printf "ID: %d\tOPCode: add\tValue: 00\n", i % 10 ? 200000 - i : 5 }'; } > other
timeout 60 "$lltfi" tracediff long other > got 2> /dev/null && [ "$(grep -c '^Ctrl' got)" -ge 90000 ]
ok 'long traces that have little in common take bounded time'
rm -f got

# lltfi trace: the third product (3) becomes 2, as above.
"$lltfi" run whole/fold.c -q --insttype mul --cycle 3 --bit 0 --trials 1 --out fold > said 2>&1
"$lltfi" trace fold --trial 0 > got 2> said && grep -q 'trial    0: SDC' got && grep -q 'fold.c:7 .*mul .*struck .* 3 *2$' got &&
    grep -q 'add .*changed .* 4 *5 *4$' got && grep -q 'store .*stored' got && grep -q 'reached  5 instructions' got
ok 'trace: the way of a fault, with source lines, values and executions'
"$lltfi" trace fold --trial 0 --format json > got 2> said && tr -d ' \n' < got | grep -q '"way":"memory"' &&
    "$lltfi" trace fold --trial 0 --format csv > got 2> said && [ "$(wc -l < got)" -eq 6 ]
ok 'trace: JSON and CSV'
"$lltfi" trace fold --trial 0 --output fold.dot > got 2> said && grep -q '3 → 2' fold.dot && grep -q dashed fold.dot &&
    grep -q 'cluster' fold.dot && "$lltfi" trace fold --trial 0 --by function -o all.dot > got 2> said &&
    ! grep -q cluster all.dot && grep -q '5 instructions' all.dot
ok 'trace: the picture as DOT, by instruction and by function'
if command -v dot > /dev/null; then
    "$lltfi" trace fold --trial 0 --output fold.svg > got 2> said && grep -q '3 → 2' fold.svg
    ok 'trace: the picture as SVG'
else
    number=$((number + 1))
    echo "ok $number - trace: the picture as SVG # SKIP there is no dot (package graphviz)"
fi
fails 1 'install the package graphviz' env PATH=/nowhere "$lltfi" trace fold --trial 0 --output x.svg
ok 'trace: without dot, the package is named'
fails 2 'must end in .svg or .dot' "$lltfi" trace fold --trial 0 --output x.png
ok 'trace: other endings'
"$lltfi" trace fold --trial 0 --limit 3 > got 2> said && grep -q 'the trace was cut after 3 instructions' got &&
    grep -q 'reached  2 instructions' got
ok 'trace: a cut is reported'

# The counter that is compared with 6: the loop ends at once. Then a pointer that leads nowhere.
"$lltfi" run whole/fold.c -q --insttype icmp --cycle 3 --trials 1 --out early > said 2>&1
"$lltfi" trace early --trial 0 > got 2> said && grep -q 'icmp .*struck .* 1 *0$' got &&
    grep -q 'control  went elsewhere' got && grep -q 'mul .*only golden' got
ok 'trace: control that goes elsewhere'
"$lltfi" run "$programs/sort.c" -q --insttype getelementptr --cycle 5 --bit 55 --trials 1 --out crash -- 12 > said 2>&1
"$lltfi" trace crash --trial 0 > got 2> said && grep -q 'ended by signal 11' got &&
    grep -q 'the last executed instruction is [0-9]* (getelementptr' got && ! grep -q 'only golden$' got
ok 'trace: a crash leaves its trace, up to the last instruction'

echo "1..$number"
