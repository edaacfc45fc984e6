; A shadow sum runs beside the sum of a loop. They are compared once, before the sum is stored. Attributes that the
; report would break are gone, and so are the flags that would let the copy be another value.
; RUN: protect shadow none arithmetic
define void @f(ptr %x, ptr noalias %y, i64 %n) #0 {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %sum = phi float [ 0.0, %entry ], [ %s, %loop ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %p = fmul fast float %v, %v
  %s = fadd fast float %sum, %p
  %next = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %end
end:
  store float %s, ptr %y
  ret void
}
attributes #0 = { nosync memory(argmem: readwrite) }
; CHECK-LABEL: define void @f(ptr %x, ptr noalias %y, i64 %n) {
; CHECK: entry:
; CHECK: [[START:%.*]] = call float @llvm.arithmetic.fence.f32(float 0.0
; CHECK: loop:
; CHECK: %sum = phi float [ 0.000000e+00, %entry ], [ %s, %loop ]
; CHECK: [[SHADOW:%.*]] = phi float [ [[START]], %entry ], [ [[COPY:%.*]], %loop ]
; CHECK: %p = fmul float %v, %v
; CHECK: [[HIDDEN:%.*]] = call float @llvm.arithmetic.fence.f32(float %v)
; CHECK: [[PRODUCT:%.*]] = fmul float
; CHECK: %s = fadd float %sum, %p
; CHECK: [[COPY]] = fadd float [[SHADOW]], [[PRODUCT]]
; CHECK-NOT: lltfi_detected
; CHECK: br i1 %more
; CHECK: icmp ne i32
; CHECK-NEXT: br i1 {{.*}}, label %noticed, label %end, !prof
; CHECK: end:
; CHECK-NEXT: store float %s, ptr %y
; CHECK: noticed:
; CHECK-NEXT: call void @lltfi_detected()
; CHECK-NEXT: br label %end
