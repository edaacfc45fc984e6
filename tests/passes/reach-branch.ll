; A branch inside the grain is reached but contained, with the values that join after it; a branch that leaves or repeats
; a loop decides how often that iterates. The joined value may be an address.
; RUN: reach dstreg fadd fmul fsub
declare float @expf(float)
declare void @effect(float)
define void @f(ptr %x, ptr noalias %y, i64 %n) {
entry:
  br label %grain
grain:
  %i = phi i64 [ 0, %entry ], [ %i.next, %latch ]
  %px = getelementptr float, ptr %x, i64 %i
  %py = getelementptr float, ptr %y, i64 %i
  %v = load float, ptr %px
  %a = fadd float %v, 1.0
  %positive = fcmp ogt float %a, 0.0
  br i1 %positive, label %then, label %join
then:
  %t = fmul float %v, 2.0
  %e = call float @expf(float %t)
  br label %join
join:
  %r = phi float [ %e, %then ], [ 0.0, %grain ]
  store float %r, ptr %py
  br label %inner
inner:
  %s = phi float [ %r, %join ], [ %s.next, %inner ]
  %s.next = fsub float %s, 1.0
  %again = fcmp ogt float %s.next, 0.0
  br i1 %again, label %inner, label %choose
choose:
  %b = fadd float %v, 4.0
  %small = fcmp olt float %b, 0.0
  br i1 %small, label %left, label %latch
left:
  br label %latch
latch:
  %step = phi i64 [ 4, %left ], [ 8, %choose ]
  %q = getelementptr float, ptr %x, i64 %step
  %u = load float, ptr %q
  %c = fadd float %u, 1.0
  call void @effect(float %c)
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %grain, label %exit
exit:
  ret void
}
; CHECK: [branch, call, load, rounds] ; %a
; CHECK-NEXT: [branch, rounds] ; %t
; CHECK-NEXT: [branch, rounds] ; %s.next
; CHECK-NEXT: [branch, call, load] ; %b
; CHECK-NEXT: [call] ; %c
