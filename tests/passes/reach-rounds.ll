; Faults in the iteration count of a loop inside the grain: contained if the loop only computes and has one exit; values
; that are carried between iterations or used after the loop are reached. Not contained: a loop that stores, that has several
; exits or is left together with the loop around it, and the loop over the grains.
; RUN: reach dstreg fadd icmp
define void @f(ptr %x, ptr noalias %y, ptr noalias %z, i64 %n) {
entry:
  br label %grain
grain:
  %i = phi i64 [ 0, %entry ], [ %i.next, %latch ]
  br label %sum
sum:
  %k = phi i64 [ 0, %grain ], [ %k.next, %sum ]
  %s = phi float [ 0.0, %grain ], [ %s.next, %sum ]
  %px = getelementptr float, ptr %x, i64 %k
  %v = load float, ptr %px
  %s.next = fadd float %s, %v
  %k.next = add i64 %k, 1
  %more = icmp ult i64 %k.next, 4
  br i1 %more, label %sum, label %fill
fill:
  %j = phi i64 [ 0, %sum ], [ %j.next, %fill ]
  %py = getelementptr float, ptr %y, i64 %j
  store float %s.next, ptr %py
  %j.next = add i64 %j, 1
  %unfilled = icmp ult i64 %j.next, 4
  br i1 %unfilled, label %fill, label %place
place:
  %p = phi i64 [ 0, %fill ], [ %p.next, %place ]
  %p.next = add i64 %p, 1
  %searching = icmp ult i64 %p.next, 5
  br i1 %searching, label %place, label %search
search:
  %pp = getelementptr float, ptr %z, i64 %p.next
  store float %v, ptr %pp
  br label %find
find:
  %q = phi i64 [ 0, %search ], [ %q.next, %missing ]
  %found = icmp eq i64 %q, 3
  br i1 %found, label %latch, label %missing
missing:
  %q.next = add i64 %q, 1
  %lost = icmp eq i64 %q.next, 9
  br i1 %lost, label %exit, label %find
latch:
  %i.next = add i64 %i, 1
  %unfinished = icmp slt i64 %i.next, %n
  br i1 %unfinished, label %grain, label %exit
exit:
  ret void
}
; CHECK: [] ; %s.next
; CHECK-NEXT: [branch, load, rounds] ; %more
; CHECK-NEXT: [branch, loop exit] ; %unfilled
; CHECK-NEXT: [branch, address, rounds] ; %searching
; CHECK-NEXT: [branch, loop exit] ; %found
; CHECK-NEXT: [branch, loop exit] ; %lost
; CHECK-NEXT: [branch, loop exit] ; %unfinished
