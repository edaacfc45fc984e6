; Where code can't be overwritten, gates are flags: closed, counting, also counting executions, or calling the runtime.
; RUN: inject-flags dstreg add
define i32 @g(i32 %x) {
  %a = add i32 %x, 1
  ret i32 %a
}
; CHECK: [[FLAG:%.*]] = load volatile i8, ptr @lltfi_gate_flags
; CHECK-NEXT: switch i8 [[FLAG]], label %[[PLAIN:.*]] [
; CHECK-NEXT: i8 1, label %[[COUNTING:.*]]
; CHECK-NEXT: i8 2, label %[[LOCATING:.*]]
; CHECK-NEXT: i8 3, label %[[MARKING:.*]]
; CHECK: [[PLAIN]]:
; CHECK-NEXT: %a = add i32 %x, 1
; CHECK: call preserve_mostcc i64 @lltfi_near(i64 1, i32 0)
; CHECK: [[COUNTING]]:
; CHECK-NEXT: [[BEFORE:%.*]] = load volatile i64, ptr @lltfi_countdown
; CHECK-NEXT: [[LEFT:%.*]] = sub i64 [[BEFORE]], 1
; CHECK-NEXT: store volatile i64 [[LEFT]], ptr @lltfi_countdown
; CHECK-NEXT: [[HERE:%.*]] = icmp ult i64 [[BEFORE]], 1
; CHECK-NEXT: br i1 [[HERE]], label %[[NEAR:.*]], label %[[PLAIN]]
; CHECK: [[LOCATING]]:
; CHECK-NEXT: atomicrmw add ptr @lltfi_executions, i64 1
; CHECK-NEXT: br label %[[COUNTING]]
; CHECK: [[MARKING]]:
; CHECK-NEXT: atomicrmw add ptr @lltfi_executions, i64 1
; CHECK: br label %[[NEAR]]
