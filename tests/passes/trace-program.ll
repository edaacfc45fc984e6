; A traced program: every instruction except terminators; those without a result have no bytes. The struck instruction
; is recorded with its faulty result, after the call or invoke if it is one.
; RUN: trace-program dstreg add call
declare i32 @f(i32)
declare void @h()
declare i32 @__gxx_personality_v0(...)
define i32 @g(i32 %x) personality ptr @__gxx_personality_v0 {
entry:
  %a = alloca i32
  %s = add i32 %x, 1
  store i32 %s, ptr %a
  %r = call i32 @f(i32 %s)
  invoke void @h() to label %end unwind label %pad
end:
  ret i32 %r
pad:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}
; CHECK: %traced = alloca [16 x i8]
; CHECK: call void @lltfi_trace(i64 1, i32 31, i32 8, ptr %traced)
; CHECK: call void @lltfi_trace(i64 2, i32 13, i32 4, ptr %traced)
; CHECK: call void @lltfi_trace(i64 3, i32 33, i32 0, ptr null)
; CHECK: call void @lltfi_trace(i64 5, i32 5, i32 0, ptr null)
; CHECK: landingpad
; CHECK: call void @llvm.memset{{.*}}(ptr {{.*}}%traced, i8 0, i64 16
; CHECK: call void @lltfi_trace(i64 7, i32 66, i32 16, ptr %traced)
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 0, i32 0, i32 1
; CHECK-NEXT: [[FAULTY:%.*]] = load i32
; CHECK: store i32 [[FAULTY]], ptr %traced
; CHECK-NEXT: call void @lltfi_trace(i64 2, i32 13, i32 4, ptr %traced)
; CHECK: call preserve_mostcc void @lltfi_inject(i64 {{.*}}, i32 1, i32 0, i32 1
; CHECK: call void @lltfi_trace(i64 4, i32 56, i32 4, ptr %traced)
