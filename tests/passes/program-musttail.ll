; A musttail call: the gate is before it, nothing is inserted after it, and neither the call nor its return is a site.
; RUN: inject-program allreg all
declare i32 @f(i32)
define i32 @g(i32 %x) {
  %a = mul i32 %x, 3
  %r = musttail call i32 @f(i32 %a)
  ret i32 %r
}
; CHECK: [[A:%.*]] = phi i32 [ %a, %{{.*}} ], [ %faulty{{.*}}, %{{.*}} ]
; CHECK-NEXT: %r = musttail call i32 @f(i32 [[A]])
; CHECK-NEXT: ret i32 %r
; CHECK-NOT: i32 1, i32 0, i32 1, ptr
; CHECK-NOT: ret
