; A call that must be the last: stored before it, nothing behind it, and neither it nor its return is a site.
; RUN: inject-program allreg all
declare i32 @f(i32)
define i32 @g(i32 %x) {
  %a = mul i32 %x, 3
  %r = musttail call i32 @f(i32 %a)
  ret i32 %r
}
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK-NEXT: %r = musttail call i32 @f(
; CHECK-NEXT: ret i32 %r
; CHECK-NOT: i32 1, i32 0
