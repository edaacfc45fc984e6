; Of a diamond the sides are counted; the counts around them are computed from these, and so are the function's entries. The
; iterations of a loop are counted in a register, which is added to memory after the loop. A call that may not return is an
; exit, so the code after it has a counter.
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
; CHECK: block 0: +1 * counter [[LONG:[0-9]]]
; CHECK-NEXT: block 0: +1 * counter [[SHORT:[0-9]]]
; CHECK-NEXT: block 1: +1 * counter [[LONG]]
; CHECK-NEXT: block 2: +1 * counter [[SHORT]]
; CHECK-NEXT: block 3: +1 * counter [[LONG]]
; CHECK-NEXT: block 3: +1 * counter [[SHORT]]
; CHECK-NEXT: block 4: +1 * counter {{[0-9]}}
; CHECK-NEXT: block 5: +1 * counter [[LONG]]
; CHECK-NEXT: block 5: +1 * counter [[SHORT]]
; CHECK-NEXT: block 6: +1 * counter {{[0-9]}}
; CHECK: entry:
; CHECK-NEXT: br
; CHECK: long:
; CHECK-NEXT: load i64, ptr {{.*}}@lltfi_counts
; CHECK: short:
; CHECK-NEXT: load i64, ptr {{.*}}@lltfi_counts
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
