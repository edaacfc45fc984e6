; The same with only stores after the branch: contained. In the outer loop a value feeds several grains.
; RUN: reach dstreg fadd fmul
define void @f(ptr %x, ptr noalias %y, i64 %n) {
entry:
  br label %row
row:
  %k = phi i64 [ 0, %entry ], [ %k.next, %row.end ]
  %pk = getelementptr float, ptr %x, i64 %k
  %w = load float, ptr %pk
  %scale = fmul float %w, 2.0
  br label %grain
grain:
  %i = phi i64 [ 0, %row ], [ %i.next, %latch ]
  %py = getelementptr float, ptr %y, i64 %i
  %a = fadd float %scale, 1.0
  %positive = fcmp ogt float %a, 0.0
  br i1 %positive, label %then, label %latch
then:
  store float %a, ptr %py
  br label %latch
latch:
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %grain, label %row.end
row.end:
  %k.next = add i64 %k, 1
  %rows = icmp slt i64 %k.next, %n
  br i1 %rows, label %row, label %exit
exit:
  ret void
}
; CHECK: [branch, other grains] ; %scale
; CHECK-NEXT: [branch] ; %a
