; A slice follows SSA values forward from the selected multiplication, not through memory, and not backward to its operands.
; RUN: sites dstreg fmul +forward
define float @f(float %x, ptr %p) {
  %a = fadd float %x, 1.0
  %m = fmul float %a, %a
  %n = fneg float %m
  store float %n, ptr %p
  %o = load float, ptr %p
  %z = fsub float %o, %m
  ret float %z
}
; CHECK-NOT: site 1:
; CHECK: site 2: fmul
; CHECK-NEXT: site 3: fneg
; CHECK-NOT: load
; CHECK: site 6: fsub
