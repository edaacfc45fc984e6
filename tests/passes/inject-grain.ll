; The countdown begins where the grain loop is entered; selected instructions before it are not counted.
; RUN: grain dstreg fmul
define void @f(ptr %x, ptr noalias %y, i64 %n) {
entry:
  %first = load float, ptr %x
  %before = fmul float %first, 3.0
  br label %grain
grain:
  %i = phi i64 [ 0, %entry ], [ %i.next, %grain ]
  %m = fmul float %before, 2.0
  %py = getelementptr float, ptr %y, i64 %i
  store float %m, ptr %py
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %grain, label %exit
exit:
  ret void
}
; CHECK: entry.plain:
; CHECK: [[BEGIN:%.*]] = load i64, ptr @lltfi_countdown
; CHECK: entry:
; CHECK: [[COUNTDOWN:%.*]] = phi i64 {{.*}}[ [[BEGIN]], %entry.plain ]
; CHECK: grain.head:
; CHECK: phi i64 [ [[COUNTDOWN]], %entry ]
