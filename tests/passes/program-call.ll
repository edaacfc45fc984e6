; A call: what the function counted is in the global before it, and read back behind it. A struck result is counted when
; the call is back; the program's own variable stays in memory.
; RUN: inject-program dstreg call add
declare i32 @f(i32)
define i32 @g(i32 %x) {
entry:
  %slot = alloca i32
  store i32 %x, ptr %slot
  %a = add i32 %x, 1
  %r = call i32 @f(i32 %a)
  %b = add i32 %r, %a
  ret i32 %b
}
; CHECK: %slot = alloca i32
; CHECK: [[BEGIN:%.*]] = load i64, ptr @lltfi_countdown
; CHECK: sub i64 [[BEGIN]], 1
; CHECK: store i64 [[LEFT:%.*]], ptr @lltfi_countdown
; CHECK-NEXT: %r = call i32 @f(i32
; CHECK: [[BACK:%.*]] = load i64, ptr @lltfi_countdown
; CHECK: icmp ult i64 [[BACK]], 2
; CHECK: add i32 %r,
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK-NEXT: ret i32
; CHECK: call i64 {{@lltfi_near|asm .*lltfi_near_traceless.*}}(i64 [[BEGIN]], i64 1)
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1, ptr
; CHECK-NOT: @lltfi_pin
