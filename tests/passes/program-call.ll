; A call: the block before it and the block after it each have a gate. A struck result is counted when the call has
; returned; the program's own variable stays in memory.
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
; CHECK: callbr void asm sideeffect "1: .byte 0x0f, 0x1f{{.*}}3:{{.*}}subq $1, lltfi_countdown{{.*}}"(i32 0, i32 1)
; CHECK-NEXT: to label %[[PLAIN:.*]] [label %[[NEAR:.*]]]
; CHECK: [[PLAIN]]:
; CHECK-NEXT: store i32 %x, ptr %slot
; CHECK-NEXT: %a = add i32 %x, 1
; CHECK: [[A:%.*]] = phi i32 [ %a, %[[PLAIN]] ], [ %faulty, %[[ARMED:.*]] ]
; CHECK-NEXT: %r = call i32 @f(i32 [[A]])
; CHECK: callbr void asm sideeffect "1: .byte 0x0f, 0x1f{{.*}}"(i32 1, i32 2)
; CHECK: add i32 %r,
; CHECK-NEXT: ret i32
; CHECK: [[ARMED]]:
; CHECK: call preserve_mostcc void @lltfi_inject(i64 %{{.*}}, i32 0, i32 0, i32 1, ptr
; CHECK: call preserve_mostcc void @lltfi_settle
; CHECK: [[NEAR]]:
; CHECK-NEXT: [[LEFT:%.*]] = call i64 {{@lltfi_near|asm .*lltfi_near_traceless.*}}(i64 1, i32 0)
; CHECK-NEXT: [[HERE:%.*]] = icmp ult i64 [[LEFT]], 1
; CHECK-NEXT: br i1 [[HERE]], label %[[ARMED]], label %[[PLAIN]]
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1, ptr
; CHECK: ret i32 %faulty
; CHECK-NOT: @lltfi_pin
