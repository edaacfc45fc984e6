; With threads every block takes its instructions from the one countdown at once, and no call stores or loads it; the
; armed copy gives back what it did not use.
; RUN: inject-threads dstreg add
declare void @f()
define i32 @g(i32 %x) {
  %a = add i32 %x, 1
  %b = add i32 %a, 1
  call void @f()
  ret i32 %b
}
; CHECK: [[BEFORE:%.*]] = atomicrmw sub ptr @lltfi_countdown, i64 2 monotonic
; CHECK: icmp slt i64 [[BEFORE]], 2
; CHECK-NOT: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK: call void @f()
; CHECK: call void @lltfi_inject
; CHECK: atomicrmw add ptr @lltfi_countdown, i64
