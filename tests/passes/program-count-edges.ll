; Of a diamond one side is counted, the other follows; the rounds of a loop are counted in a register, which is added to
; memory behind it; so are the calls of the function, where it ends. A call that may not come back is a way out, and
; what is behind it is counted.
; RUN: count-program dstreg all
declare void @f()
define i32 @g(i32 %x, i1 %c) {
entry:
  br i1 %c, label %long, label %short
long:
  br label %join
short:
  br label %join
join:
  br label %loop
loop:
  %i = phi i32 [ %x, %join ], [ %n, %loop ]
  %n = add i32 %i, -1
  %more = icmp ne i32 %n, 0
  br i1 %more, label %loop, label %end
end:
  call void @f()
  ret i32 %n
}
; CHECK-DAG: block [[LONG:1]]: -1 * counter [[SIDE:[0-9]]]
; CHECK-DAG: block 2: +1 * counter [[SIDE]]
; CHECK-DAG: block 4: +1 * counter [[ROUND:[0-9]]]
; CHECK-DAG: block 6: +1 * counter [[BACK:[0-9]]]
; CHECK: short:
; CHECK-NEXT: load i64, ptr @lltfi_counts
; CHECK: join:
; CHECK-NOT: @lltfi_counts
; CHECK: loop:
; CHECK: phi i64 [ 0, %join ]
; CHECK-NOT: @lltfi_counts
; CHECK: br i1 %more
; CHECK: store i64 {{.*}} @lltfi_counts
; CHECK: call void @f()
; CHECK: store i64 {{.*}} @lltfi_counts
; CHECK: ret i32
; CHECK-NOT: @lltfi_pin
