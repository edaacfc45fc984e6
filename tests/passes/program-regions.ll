; Far from the fault one check stands for a diamond: the head takes what the longer way executes, and the other way gives
; the rest back. A loop has a region of its own, and so has what follows it. Addresses of stack slots are counted, but far
; from the fault they are used as they are.
; RUN: inject-program dstreg add mul alloca
define i32 @g(i32 %x, i1 %c) {
entry:
  %slot = alloca i32
  store i32 %x, ptr %slot
  %a = add i32 %x, 1
  br i1 %c, label %long, label %short
long:
  %b = mul i32 %a, 3
  %d = mul i32 %b, 5
  br label %join
short:
  %e = add i32 %a, 7
  br label %join
join:
  %p = phi i32 [ %d, %long ], [ %e, %short ]
  %q = add i32 %p, 1
  br label %loop
loop:
  %i = phi i32 [ %q, %join ], [ %n, %loop ]
  %n = add i32 %i, -1
  %more = icmp ne i32 %n, 0
  br i1 %more, label %loop, label %end
end:
  %r = add i32 %n, 2
  ret i32 %r
}
; CHECK: %slot = alloca i32
; CHECK: [[BEGIN:%.*]] = load i64, ptr @lltfi_countdown
; CHECK: entry.check:
; CHECK: [[LEFT:%.*]] = sub i64 {{.*}}, 5
; CHECK: icmp ult i64 {{.*}}, 5
; CHECK-NEXT: br i1 {{.*}}, label %near{{[0-9]*}}, label %entry
; CHECK: entry:
; CHECK-NEXT: [[FAR:%.*]] = phi i64 {{.*}}[ [[LEFT]], %entry.check ]
; CHECK-NEXT: store i32 %x, ptr %slot
; CHECK: long:
; CHECK-NOT: i64
; CHECK: short:
; CHECK: %more{{[0-9]*}} = add i64 [[FAR]], 1
; CHECK: join:
; CHECK: loop.check:
; CHECK: icmp ult i64 {{.*}}, 2
; CHECK-NEXT: br i1 {{.*}}, label %near{{[0-9]*}}, label %loop
; CHECK: loop:
; CHECK: end:
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK-NEXT: ret i32 %r
; CHECK: entry.near.armed:
; CHECK: call void @lltfi_inject
