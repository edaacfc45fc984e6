; A dot product: the block with the multiplication and the addition gets a head, a plain and an armed copy; the
; accumulator leaves them through a phi, and the countdown is a register of the loop.
; RUN: inject dstreg fmul fadd
define float @dot(ptr %x, ptr %w, i64 %n) {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %acc = phi float [ 0.0, %entry ], [ %sum, %body ]
  %px = getelementptr float, ptr %x, i64 %i
  %pw = getelementptr float, ptr %w, i64 %i
  %a = load float, ptr %px
  %b = load float, ptr %pw
  %product = fmul float %a, %b
  %sum = fadd float %acc, %product
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret float %sum
}
; CHECK: start:
; CHECK: [[LOADED:%.*]] = load i64, ptr @lltfi_countdown
; CHECK: body.head:
; CHECK: %acc = phi float [ 0.000000e+00, %entry ], [ [[SUM:%.*]], %body ]
; CHECK: %left = sub i64 [[BEFORE:%.*]], 2
; CHECK: %here = icmp ult i64 [[BEFORE]], 2
; CHECK: br i1 %here, label %body.armed, label %body.plain, !prof
; CHECK: body.plain:
; CHECK-NOT: call
; CHECK: br label %body
; CHECK: body:
; CHECK: [[SUM]] = phi float [ %sum, %body.plain ], [ %faulty{{.*}}, %body.armed ]
; CHECK: br i1 {{.*}}, label %body.head, label %end
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK: ret float [[SUM]]
; CHECK: body.armed:
; CHECK: add i64 %left, 2
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 0, i32 0, i32 1, ptr {{.*}}, i32 32)
; CHECK: call i64 @lltfi_step
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1, ptr {{.*}}, i32 32)
; CHECK: call i64 @lltfi_step
