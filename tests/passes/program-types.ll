; Registers of every width, and memory that threads share.
; RUN: inject-program dstreg add fadd atomicrmw cmpxchg insertelement
define i128 @g(i1 %a, i128 %w, x86_fp80 %l, <4 x float> %v, ptr %p) {
  %b = add i1 %a, true
  %x = add i128 %w, 1
  %m = fadd x86_fp80 %l, %l
  %n = fadd <4 x float> %v, %v
  %i = insertelement <4 x float> %n, float 1.0, i32 2
  %o = atomicrmw add ptr %p, i32 1 seq_cst
  %q = cmpxchg ptr %p, i32 %o, i32 3 seq_cst seq_cst
  store x86_fp80 %m, ptr %p
  ret i128 %x
}
; CHECK: callbr void asm sideeffect "1: {{.*}}"(i32 0, i32 7)
; CHECK: atomicrmw add ptr %p, i32 1 seq_cst
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 0, i32 0, i32 1, ptr {{.*}}, i32 1)
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1, ptr {{.*}}, i32 128)
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 2, i32 0, i32 1, ptr {{.*}}, i32 80)
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 3, i32 0, i32 1, ptr {{.*}}, i32 128)
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 4, i32 0, i32 1, ptr {{.*}}, i32 128)
; CHECK: atomicrmw add ptr %p, i32 1 seq_cst
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 5, i32 0, i32 1, ptr {{.*}}, i32 32)
; CHECK: cmpxchg
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 6, i32 0, i32 1, ptr {{.*}}, i32 64)
