; One counter for each block, in registers, added to the module's counts before every return.
; RUN: count dstreg
define i64 @count(i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %end
end:
  ret i64 %next
}
; CHECK: @lltfi_counts = global [3 x i64] zeroinitializer
; CHECK: loop:
; CHECK: [[C:%.*]] = phi i64 [ 0, %entry ], [ [[NEXT:%.*]], %loop ]
; CHECK: [[NEXT]] = add i64 [[C]], 1
; CHECK: end:
; CHECK: load i64, ptr {{.*}}@lltfi_counts
; CHECK: store i64 {{.*}}, ptr {{.*}}@lltfi_counts
