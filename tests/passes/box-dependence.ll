; The counters of the loops over grains have the same values if a grain is run alone; values that are computed from the
; box's limits, or counters that begin at 0, do not.
; RUN: box dstreg add sub mul shl or load fmul getelementptr
define void @f(ptr %x, ptr noalias %y, ptr %box) {
entry:
  %lo = load i64, ptr %box
  %end = getelementptr i8, ptr %box, i64 64
  %hi = load i64, ptr %end
  %n = sub i64 %hi, %lo
  br label %grain
grain:
  %i = phi i64 [ %lo, %entry ], [ %i.next, %next ]
  %k = phi i64 [ 0, %entry ], [ %k.next, %next ]
  %twice = shl i64 %i, 1
  br label %window
window:
  %j = phi i64 [ 0, %grain ], [ %j.next, %window ]
  %place = or i64 %twice, %j
  %px = getelementptr float, ptr %x, i64 %place
  %v = load float, ptr %px
  %product = fmul float %v, 3.0
  %relative = sub i64 %i, %lo
  %again = add i64 %k, %lo
  %rows = mul i64 %j, %n
  %j.next = add i64 %j, 1
  %inside = icmp ult i64 %j.next, 2
  br i1 %inside, label %window, label %next
next:
  %py = getelementptr float, ptr %y, i64 %i
  store float %product, ptr %py
  %k.next = add i64 %k, 1
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %hi
  br i1 %more, label %grain, label %exit
exit:
  ret void
}
; CHECK: yes ; %lo
; CHECK-NEXT: yes ; %end
; CHECK-NEXT: yes ; %hi
; CHECK-NEXT: yes ; %n
; CHECK-NEXT: no ; %twice
; CHECK-NEXT: no ; %place
; CHECK-NEXT: no ; %px
; CHECK-NEXT: no ; %v
; CHECK-NEXT: no ; %product
; CHECK-NEXT: yes ; %relative
; CHECK-NEXT: yes ; %again
; CHECK-NEXT: yes ; %rows
; CHECK-NEXT: no ; %j.next
; CHECK-NEXT: no ; %py
; CHECK-NEXT: yes ; %k.next
; CHECK-NEXT: no ; %i.next
