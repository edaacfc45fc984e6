; A chain inside a block is compared where it ends. A vote computes it a third time in the cold block, from operands that
; are hidden twice, so that this is not the second time again.
; RUN: protect acd vote arithmetic
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
; CHECK-LABEL: define void @f(
; CHECK: %p = fmul float %v, %v
; CHECK-NOT: br i1
; CHECK: %s = fadd float %sum, %p
; CHECK: br i1 {{.*}}, label %noticed
; CHECK: noticed:
; CHECK: [[ONCE:%.*]] = call float @llvm.arithmetic.fence.f32(float %v)
; CHECK: [[TWICE:%.*]] = call float @llvm.arithmetic.fence.f32(float [[ONCE]])
; CHECK: [[PRODUCT:%.*]] = fmul float
; CHECK: fadd float {{.*}}, [[PRODUCT]]
; CHECK: %voted = or i32
