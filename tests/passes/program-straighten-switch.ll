; An interpreter's switch is copied to the end of each case, so that one iteration passes one gate.
; RUN: inject-program dstreg add load
define i32 @g(ptr %code) {
entry:
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %j, %one ], [ %k, %two ]
  %at = getelementptr i32, ptr %code, i64 %i
  %what = load i32, ptr %at
  switch i32 %what, label %end [
    i32 1, label %one
    i32 2, label %two
  ]
one:
  %j = add i64 %i, 1
  br label %next
two:
  %k = add i64 %i, 2
  br label %next
end:
  ret i32 %what
}
; CHECK-NOT: next.head:
; CHECK: one.plain:
; CHECK-NEXT: %j = add i64
; CHECK-NEXT: getelementptr i32, ptr %code, i64 %j
; CHECK-NEXT: load i32
; CHECK-NEXT: switch i32
; CHECK: two.plain:
; CHECK-NEXT: %k = add i64
; CHECK-NEXT: getelementptr i32, ptr %code, i64 %k
; CHECK-NEXT: load i32
; CHECK-NEXT: switch i32
