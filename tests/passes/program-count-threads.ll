; A thread has its own counters, without atomic operations; it gets them where it enters the program's code. Stack slots
; stay before that point.
; RUN: count-threads-program dstreg all
define i32 @g(i32 %x) {
entry:
  %a = add i32 %x, 1
  %slot = alloca i32
  store i32 %a, ptr %slot
  %b = load i32, ptr %slot
  ret i32 %b
}
; CHECK: @lltfi_thread_counts = external thread_local(localexec) global ptr
; CHECK: entry{{[0-9]*}}:
; CHECK-NEXT: %slot = alloca i32
; CHECK-NEXT: %own{{[0-9]*}} = load ptr, ptr @lltfi_thread_counts
; CHECK-NEXT: %none = icmp eq ptr %own{{[0-9]*}}, @lltfi_counts
; CHECK-NEXT: br i1 %none, label %claim
; CHECK: claim:
; CHECK-NEXT: call void @lltfi_claim_counts()
; CHECK: [[OWN:%.*]] = load ptr, ptr @lltfi_thread_counts
; CHECK-NOT: atomic
; CHECK: [[COUNTER:%.*]] = getelementptr inbounds i64, ptr [[OWN]], i64 0
; CHECK-NOT: atomic
; CHECK: store i64 {{.*}}, ptr [[COUNTER]]
; CHECK: ret i32
