; Addresses of labels, in code and in tables, point to the checks of their blocks; so do the cases of a switch.
; RUN: inject-program dstreg add
@table = constant [2 x ptr] [ptr blockaddress(@g, %one), ptr blockaddress(@g, %two)]
define i32 @g(i32 %x, i64 %i) {
entry:
  %at = getelementptr [2 x ptr], ptr @table, i64 0, i64 %i
  %to = load ptr, ptr %at
  indirectbr ptr %to, [label %one, label %two]
one:
  %a = add i32 %x, 1
  switch i32 %a, label %two [ i32 5, label %end ]
two:
  %b = phi i32 [ %x, %entry ], [ %a, %one ]
  %c = add i32 %b, 2
  br label %end
end:
  %d = phi i32 [ %a, %one ], [ %c, %two ]
  ret i32 %d
}
; CHECK: @table = constant [2 x ptr] [ptr blockaddress(@g, %one.head), ptr blockaddress(@g, %two.head)]
; CHECK: indirectbr ptr %to, [label %one.head, label %two.head]
; CHECK: switch i32 %{{.*}}, label %two.head [
