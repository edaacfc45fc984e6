; The sites of every kind of instruction: results (0/bits) and operands (k/bits); not intrinsics, memcpy, or operands that
; must be constants in LLVM IR.
; RUN: sites allreg all
%pair = type { i32, float }
declare float @llvm.sqrt.f32(float)
declare float @expf(float)
declare void @my_memcpy(ptr, ptr)
define float @f(ptr %p, i32 %k, x86_fp80 %l, <4 x float> %v) {
entry:
  %q = getelementptr %pair, ptr %p, i32 0, i32 1
  %a = load float, ptr %q
  %s = call float @llvm.sqrt.f32(float %a)
  %e = call float @expf(float %s)
  call void @my_memcpy(ptr %p, ptr %q)
  %w = fadd <4 x float> %v, %v
  %d = fptrunc x86_fp80 %l to double
  switch i32 %k, label %out [ i32 1, label %other ]
other:
  br label %out
out:
  %r = phi float [ %a, %entry ], [ %e, %other ]
  store float %r, ptr %q
  ret float %r
}
; CHECK: site 1: getelementptr: 0/64 1/64 ;
; CHECK-NEXT: site 2: load: 0/32 1/64 ;
; CHECK-NEXT: site 4: call: 0/32 1/32 2/64 ;
; CHECK-NEXT: site 6: fadd: 0/128 1/128 2/128 ;
; CHECK-NEXT: site 7: fptrunc: 0/64 1/{{80|128}} ;
; CHECK-NEXT: site 8: switch: 1/32 ;
; CHECK-NEXT: site 10: phi: 0/32 ;
; CHECK-NEXT: site 11: store: 1/32 2/64 ;
; CHECK-NEXT: site 12: ret: 1/32 ;
