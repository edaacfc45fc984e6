; The entries of an internal function are its calls, including recursive ones: the path without a further call needs no
; counter, and the counts of calls do not depend on the entries.
; RUN: count-entries-program dstreg all
define internal i32 @g(i32 %n) {
entry:
  %last = icmp eq i32 %n, 0
  br i1 %last, label %end, label %more
more:
  %m = add i32 %n, -1
  %r = call i32 @g(i32 %m)
  br label %end
end:
  %s = phi i32 [ %n, %entry ], [ %r, %more ]
  ret i32 %s
}
define i32 @main() {
  %r = call i32 @g(i32 5)
  ret i32 %r
}
; CHECK: block 0: +1 * counter 0
; CHECK-NEXT: block 1: +1 * counter 1
; CHECK-NEXT: block 2: +1 * counter 0
; CHECK-NEXT: entry of counter 0: block 1
; CHECK: entry:
; CHECK-NOT: @lltfi_counts
; CHECK: more:
; CHECK: load i64, ptr getelementptr inbounds (i64, ptr @lltfi_counts, i64 1)
; CHECK: end:
; CHECK-NOT: @lltfi_counts
; CHECK: ret i32 %s
