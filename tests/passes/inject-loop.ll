; A dot product: a copy of the whole loop runs while the fault is far; in the other copy the block with the multiplication
; and the addition has a head, a plain and an armed copy. The accumulator leaves them through a phi, and the countdown is a register.
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
; CHECK: body.check:
; CHECK: [[MORE:%.*]] = icmp slt i64 1, %n
; CHECK: [[MOST:%.*]] = select i1 [[MORE]], i64 %n, i64 1
; CHECK: [[AGAIN:%.*]] = sub i64 [[MOST]], 1
; CHECK: [[ROUNDS:%.*]] = call i64 @llvm.uadd.sat.i64(i64 [[AGAIN]], i64 1)
; CHECK: call i64 @llvm.umul.fix.sat.i64(i64 [[ROUNDS]], i64 2, i32 0)
; CHECK: [[HERE:%.*]] = icmp ult i64 [[LOADED]], {{%.*}}
; CHECK: br i1 [[HERE]], label %body.head, label %body.whole, !prof
; CHECK: body.whole:
; CHECK: [[COUNTDOWN:%.*]] = phi i64 [ [[LOADED]], %body.check ], [ [[LEFT:%.*]], %body.whole ]
; CHECK: [[WHOLE:%.*]] = fadd
; CHECK: [[LEFT]] = sub i64 [[COUNTDOWN]], 2
; CHECK: br i1 {{.*}}, label %body.whole, label %end
; CHECK: body.head:
; CHECK: %acc = phi float [ 0.000000e+00, %body.check ], [ [[SUM:%.*]], %body ]
; CHECK: [[BLOCK_LEFT:%.*]] = sub i64 [[BEFORE:%.*]], 2
; CHECK: [[HERE2:%.*]] = icmp ult i64 [[BEFORE]], 2
; CHECK: br i1 [[HERE2]], label %body.armed, label %body.plain, !prof
; CHECK: body.plain:
; CHECK-NOT: call
; CHECK: br label %body
; CHECK: body:
; CHECK: [[OUT:%.*]] = phi float [ %faulty{{.*}}, %body.armed ], [ %sum, %body.plain ]
; CHECK: [[SUM]] = phi float [ %sum, %body.plain ], [ %faulty{{.*}}, %body.armed ]
; CHECK: br i1 {{.*}}, label %body.head, label %end
; CHECK: end:
; CHECK: [[RESULT:%.*]] = phi float [ [[OUT]], %body ], [ [[WHOLE]], %body.whole ]
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK: ret float [[RESULT]]
; CHECK: body.armed:
; CHECK: add i64 [[BLOCK_LEFT]], 2
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 0, i32 0, i32 1, ptr {{.*}}, i32 32)
; CHECK: call i64 @lltfi_step
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1, ptr {{.*}}, i32 32)
; CHECK: call i64 @lltfi_step
