; Loops without a known length: a list, a loop that calls a function with possible sites, and one that may step over its
; end. They have only checks of blocks.
; RUN: inject dstreg add
define i64 @f(ptr %list, i64 %n) {
entry:
  br label %walk
walk:
  %at = phi ptr [ %list, %entry ], [ %link, %walk ]
  %sum = phi i64 [ 0, %entry ], [ %sum.next, %walk ]
  %value = load i64, ptr %at
  %sum.next = add i64 %sum, %value
  %place = getelementptr i64, ptr %at, i64 1
  %link = load ptr, ptr %place
  %end = icmp eq ptr %link, null
  br i1 %end, label %calls, label %walk
calls:
  %i = phi i64 [ 0, %walk ], [ %i.next, %calls ]
  %r = call i64 @g(i64 %i)
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, %n
  br i1 %more, label %calls, label %odd
odd:
  %k = phi i64 [ 0, %calls ], [ %k.next, %odd ]
  %k.next = add i64 %k, 2
  %there = icmp eq i64 %k.next, %n
  br i1 %there, label %done, label %odd
done:
  ret i64 %sum.next
}
define i64 @g(i64 %x) {
  ret i64 %x
}
; CHECK: walk.head:
; CHECK: calls.head:
; CHECK: odd.head:
; CHECK: ret i64
; CHECK-NOT: .whole
