; Blocks count in memory, and are split at calls: the code after a call is counted when the call has returned, with the
; result of the call.
; RUN: count-blocks-of-program dstreg all
declare i32 @f(i32)
define i32 @g(i32 %x) {
entry:
  %a = add i32 %x, 1
  %r = call i32 @f(i32 %a)
  %b = add i32 %r, %a
  ret i32 %b
}
; CHECK: instruction 1: block 0
; CHECK: instruction 2: block 1
; CHECK: instruction 3: block 1
; CHECK: [[ONE:%.*]] = load i64, ptr @lltfi_counts
; CHECK-NEXT: add i64 [[ONE]], 1
; CHECK: %a = add i32 %x, 1
; CHECK: %r = call i32 @f
; CHECK: load i64, ptr getelementptr inbounds (i64, ptr @lltfi_counts, i64 1)
; CHECK: %b = add
