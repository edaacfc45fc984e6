; Operands of a terminator, of phis' results and of a store: values reach the branch and the return through phis.
; RUN: inject allreg br phi store ret
define i32 @max(ptr %out, i32 %a, i32 %b) {
entry:
  %c = icmp sgt i32 %a, %b
  br i1 %c, label %left, label %right
left:
  br label %end
right:
  br label %end
end:
  %m = phi i32 [ %a, %left ], [ %b, %right ]
  store i32 %m, ptr %out
  ret i32 %m
}
; CHECK: entry:
; CHECK: [[COND:%.*]] = phi i1 [ %c, %entry.plain ], [ %faulty{{.*}}, %entry.armed ]
; CHECK: br i1 [[COND]], label %left, label %right
; CHECK: end.plain:
; CHECK: store i32 %m, ptr %out
; CHECK: ret i32 [[RESULT:%.*]]
; CHECK: entry.armed:
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 0, i32 0, i32 1, ptr {{.*}}, i32 1)
; CHECK: end.armed:
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1, ptr {{.*}}, i32 32)
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 2, i32 0, i32 2, ptr {{.*}}, i32 32)
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 2, i32 1, i32 2, ptr {{.*}}, i32 64)
; CHECK: store i32 {{.*}}, ptr {{.*}}
; CHECK: call void @lltfi_inject(i64 {{.*}}, i32 3, i32 0, i32 1, ptr {{.*}}, i32 32)
