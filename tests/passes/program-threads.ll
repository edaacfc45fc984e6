; Each thread takes from its own ration, and gets another one when that is used up; a gate is overwritten with a single
; store.
; RUN: inject-threads dstreg add
declare void @f()
define i32 @g(i32 %x) {
  %a = add i32 %x, 1
  %b = add i32 %a, 1
  call void @f()
  ret i32 %b
}
; CHECK: callbr void asm sideeffect ".p2align 3,,4{{.*}}lock incq lltfi_executions{{.*}}lltfi_ration@tpoff{{.*}}"(i32 0, i32 2)
; CHECK: call void @f()
; CHECK: call preserve_mostcc void @lltfi_inject
; CHECK: call preserve_mostcc void @lltfi_settle_shared
; CHECK: call preserve_mostcc i64 @lltfi_near_shared(i64 2, i32 0)
