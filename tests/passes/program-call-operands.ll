; Struck operands are counted before the call; a fault in its result is held until the call returns.
; RUN: inject-program allreg call
declare i32 @f(i32)
define i32 @g(i32 %x) {
  %r = call i32 @f(i32 %x)
  ret i32 %r
}
; CHECK-DAG: [[OPERAND:%.*]] = phi i32 [ %x, %{{.*}} ], [ %faulty{{.*}}, %{{.*}}armed ]
; CHECK-DAG: [[HELD:%.*]] = phi i64 [ 0, %{{.*}} ], [ %held, %{{.*}}armed ]
; CHECK: %r{{[0-9]*}} = call i32 {{.*}}(i32 [[OPERAND]])
; CHECK: call preserve_mostcc void @lltfi_release(i64 [[HELD]], i32 0, i32 0, ptr
; CHECK: %held = call preserve_mostcc i64 @lltfi_hold
