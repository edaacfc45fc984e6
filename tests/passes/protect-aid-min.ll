; Every instruction is compared at once; the smaller value goes on, which the paper calls return-min.
; RUN: protect aid min arithmetic
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
; CHECK: icmp ne i32
; CHECK: [[P:%checked.*]] = phi float [ %p, {{.*}} ], [ [[SMALLER:%smaller.*]], %noticed ]
; CHECK: %s = fadd float %sum, [[P]]
; CHECK: fadd float {{.*}}, [[P]]
; CHECK: noticed:
; CHECK: [[LESS:%.*]] = fcmp olt float %p, [[PCOPY:%.*]]
; CHECK: [[SMALLER]] = select i1 [[LESS]], float %p, float [[PCOPY]]
; CHECK-NEXT: call void @lltfi_corrected()
