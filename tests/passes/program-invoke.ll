; An invoke: the countdown is read back where it returns, on an edge of its own, and where it throws, behind the landing
; pad, which stays first; it is stored before the exception goes on.
; RUN: inject-program dstreg add extractvalue
declare i32 @f(i32)
declare i32 @__gxx_personality_v0(...)
define i32 @g(i32 %x) personality ptr @__gxx_personality_v0 {
entry:
  %a = add i32 %x, 1
  %c = icmp eq i32 %x, 0
  br i1 %c, label %out, label %try
try:
  %r = invoke i32 @f(i32 %a) to label %out unwind label %pad
out:
  %v = phi i32 [ %a, %entry ], [ %r, %try ]
  ret i32 %v
pad:
  %e = landingpad { ptr, i32 } cleanup
  %p = extractvalue { ptr, i32 } %e, 0
  resume { ptr, i32 } %e
}
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK-NEXT: invoke i32 @f
; CHECK-NEXT: to label %edge unwind label %[[PAD:.*]]
; CHECK: edge:
; CHECK-NEXT: load i64, ptr @lltfi_countdown
; CHECK: phi i32 [ %a, %entry ], [ %r, %edge ]
; CHECK: [[PAD]]:
; CHECK-NEXT: %e = landingpad
; CHECK-NEXT: cleanup
; CHECK-NEXT: load i64, ptr @lltfi_countdown
; CHECK: pad.check:
; CHECK: store i64 {{.*}}, ptr @lltfi_countdown
; CHECK-NEXT: resume
; CHECK: entry.near.head:
; CHECK: invoke i32 @f
; CHECK-NEXT: to label %edge.near unwind label %[[PAD]].near
