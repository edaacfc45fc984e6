; The struck address of a stack slot is also used by the first instruction after the slots.
; RUN: inject-program dstreg alloca
define i32 @g(i32 %x) {
  %a = alloca i32
  store i32 %x, ptr %a
  %v = load i32, ptr %a
  ret i32 %v
}
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 0, i32 0, i32 1, ptr %struck, i32 64)
; CHECK-NEXT: [[FAULTY:%.*]] = load ptr, ptr %struck
; CHECK: store i32 %x, ptr [[FAULTY]]
; CHECK-NEXT: load i32, ptr [[FAULTY]]
