; Every value is recorded after it is computed, values of phis after the last phi.
; RUN: trace dstreg
define float @f(float %x, i1 %c) {
entry:
  br i1 %c, label %double, label %end
double:
  %y = fadd float %x, %x
  br label %end
end:
  %r = phi float [ %x, %entry ], [ %y, %double ]
  %s = phi i32 [ 1, %entry ], [ 2, %double ]
  ret float %r
}
; CHECK: double:
; CHECK: %y = fadd
; CHECK: call void @lltfi_trace(i64 2, i32 14, i32 4, ptr
; CHECK: end:
; CHECK: %r = phi
; CHECK-NEXT: %s = phi
; CHECK: call void @lltfi_trace(i64 4, i32 55, i32 4, ptr
; CHECK: call void @lltfi_trace(i64 5, i32 55, i32 4, ptr
; CHECK: ret
