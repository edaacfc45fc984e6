; A lane that nothing has set may have another value for each use. What is computed from such a vector uses a frozen one.
; RUN: protect aid none arithmetic
define <2 x float> @f(float %a, <2 x float> %b) {
  %x = insertelement <2 x float> poison, float %a, i64 0
  %s = fadd <2 x float> %x, %b
  ret <2 x float> %s
}
; CHECK: %x = insertelement
; CHECK-NEXT: [[FROZEN:%.*]] = freeze <2 x float> %x
; CHECK-NEXT: %s = fadd <2 x float> [[FROZEN]], %b
; CHECK: fadd <2 x float>
; CHECK: icmp ne <2 x i32>
; CHECK: bitcast <2 x i1> {{.*}} to i2
