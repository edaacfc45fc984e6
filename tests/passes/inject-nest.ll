; Two loops of known length share one check before the outer one, 6 * (1 + 8 * 2) = 102; the inner one, which may
; be left early, has no check.
; RUN: inject dstreg fmul fadd
define float @f(ptr %x) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i.next, %latch ]
  %acc = phi float [ 0.0, %entry ], [ %scaled, %latch ]
  br label %inner
inner:
  %j = phi i64 [ 8, %outer ], [ %j.next, %more ]
  %s = phi float [ %acc, %outer ], [ %t, %more ]
  %p = getelementptr float, ptr %x, i64 %j
  %a = load float, ptr %p
  %m = fmul float %a, %a
  %t = fadd float %s, %m
  %huge = fcmp ogt float %t, 1.0e6
  br i1 %huge, label %latch, label %more
more:
  %j.next = add i64 %j, -1
  %last = icmp eq i64 %j.next, 0
  br i1 %last, label %latch, label %inner
latch:
  %scaled = fmul float %t, 0.5
  %i.next = add nuw nsw i64 %i, 1
  %again = icmp ult i64 %i, 5
  br i1 %again, label %outer, label %end
end:
  ret float %scaled
}
; CHECK: outer.check:
; CHECK-NEXT: [[HERE:%.*]] = icmp ult i64 {{%.*}}, 102
; CHECK-NEXT: br i1 [[HERE]], label %outer, label %outer.whole, !prof
; CHECK: outer.whole:
; CHECK: inner.whole:
; CHECK-NOT: icmp ult
; CHECK: sub i64 {{%.*}}, 2
; CHECK: more.whole:
; CHECK: br i1 {{.*}}, label %latch.whole, label %inner.whole
; CHECK: latch.whole:
; CHECK: sub i64 {{%.*}}, 1
; CHECK: br i1 {{.*}}, label %outer.whole, label %end
; CHECK-NOT: inner.check
; CHECK: inner.head:
