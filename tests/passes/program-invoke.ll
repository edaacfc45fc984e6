; An invoke returns to a separate edge, which ends like the block after it; a landing pad stays first in its block, and
; the gate is after it.
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
; CHECK: entry.head:
; CHECK-NEXT: callbr
; CHECK: %r = invoke i32 @f
; CHECK-NEXT: to label %edge unwind label %[[PAD:.*]]
; CHECK: edge:
; CHECK-NEXT: ret i32 %r
; CHECK: phi i32 [ %a, %entry.plain ], [ %faulty, %entry.armed ]
; CHECK-NEXT: ret i32
; CHECK: [[PAD]]:
; CHECK-NEXT: %e = landingpad
; CHECK-NEXT: cleanup
; CHECK-NEXT: br label %[[HEAD:.*]]
; CHECK: [[HEAD]]:
; CHECK-NEXT: callbr
; CHECK: resume
; CHECK: resume
