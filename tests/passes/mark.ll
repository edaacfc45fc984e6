; The count of selected instructions is reported where the grain loop begins and at the end of each of its iterations.
; RUN: mark dstreg fmul
define void @f(ptr %x, ptr noalias %y, i64 %n) {
entry:
  br label %grain
grain:
  %i = phi i64 [ 0, %entry ], [ %i.next, %grain ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %m = fmul float %v, 2.0
  %py = getelementptr float, ptr %y, i64 %i
  store float %m, ptr %py
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %grain, label %exit
exit:
  ret void
}
; CHECK: entry:
; CHECK-NEXT: call void @lltfi_mark_begin(i64 0)
; CHECK: grain:
; CHECK: [[COUNT:%.*]] = phi i64 [ 0, %entry ], [ [[NEXT:%.*]], %grain ]
; CHECK: [[NEXT]] = add i64 [[COUNT]], 1
; CHECK: call void @lltfi_mark_store(ptr %py)
; CHECK-NEXT: store float %m, ptr %py
; CHECK: call void @lltfi_mark_end(i64 [[NEXT]])
; CHECK-NEXT: br i1 %more
