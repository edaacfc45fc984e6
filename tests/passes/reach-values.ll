; Values that only reach a store of their own grain are contained; those that reach an address, a loop's exit, a division
; or the next grain are not.
; RUN: reach allreg all -getelementptr -store -load -br -phi -icmp
define void @f(ptr %x, ptr noalias %y, i64 %n) {
entry:
  br label %grain
grain:
  %i = phi i64 [ 0, %entry ], [ %i.next, %grain ]
  %carried = phi float [ 0.0, %entry ], [ %sum, %grain ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %square = fmul float %v, %v
  %sum = fadd float %carried, %v
  %whole = fptosi float %v to i64
  %share = sdiv i64 %whole, 3
  %rest = sdiv i64 100, %whole
  %used = sitofp i64 %rest to float
  %both = fadd float %used, 1.0
  %py = getelementptr float, ptr %y, i64 %i
  store float %square, ptr %py
  store float %both, ptr %py
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %grain, label %exit
exit:
  ret void
}
; CHECK: 6/0 [] ; %square
; CHECK: 6/1 [] ; %square
; CHECK: 7/0 [other grains] ; %sum
; CHECK: 8/0 [division] ; %whole
; CHECK: 9/0 [] ; %share
; CHECK: 9/1 [] ; %share
; CHECK: 9/2 [division] ; %share
; CHECK: 10/0 [] ; %rest
; CHECK: 10/1 [division] ; %rest
; CHECK: 10/2 [division] ; %rest
; CHECK: 12/0 [] ; %both
; CHECK: 16/0 [branch, address, loop exit, division, other grains, load] ; %i.next
