; A wrong value that is stored reaches every load from the same place, and addresses that are computed from it.
; RUN: reach dstreg fmul fadd
define void @f(ptr %x, ptr noalias %y, ptr noalias %z, i64 %n) {
entry:
  %local = alloca [2 x i64]
  br label %grain
grain:
  %i = phi i64 [ 0, %entry ], [ %i.next, %grain ]
  %px = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %px
  %kept = fmul float %v, 2.0
  %py = getelementptr float, ptr %y, i64 %i
  store float %kept, ptr %py
  %again = load float, ptr %py
  %twice = fadd float %again, 1.0
  %pz = getelementptr float, ptr %z, i64 %i
  store float %twice, ptr %pz
  %place = fadd float %v, 3.0
  %index = fptoui float %place to i64
  store i64 %index, ptr %local
  %where = load i64, ptr %local
  %far = getelementptr float, ptr %x, i64 %where
  %w = load float, ptr %far
  store float %w, ptr %pz
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %grain, label %exit
exit:
  ret void
}
; CHECK: [] ; %kept
; CHECK-NEXT: [] ; %twice
; CHECK-NEXT: [load] ; %place
