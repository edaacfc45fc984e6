; A block with one predecessor shares that one's gate, and so does a copy of a short block: the loop's test is after its
; step, and each path into the join has the join's phi. Copies of a site count as that site.
; RUN: inject-program dstreg add icmp phi
define i32 @g(i32 %x, i1 %c) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %n, %step ]
  %more = icmp slt i32 %i, %x
  br i1 %more, label %body, label %end
body:
  br i1 %c, label %one, label %two
one:
  br label %step
two:
  %t = add i32 %i, 3
  br label %step
step:
  %p = phi i32 [ 1, %one ], [ %t, %two ]
  %n = add i32 %p, 1
  br label %head
end:
  ret i32 %i
}
; CHECK: entry.plain:
; CHECK-NEXT: icmp slt i32 0, %x
; CHECK-NEXT: br i1 %{{.*}}, label %body, label %end
; CHECK-NOT: head.head:
; CHECK-NOT: step.head:
; CHECK: one.plain:
; CHECK-NEXT: %n{{[0-9]*}} = add i32 1, 1
; CHECK-NEXT: icmp slt i32 %n
; CHECK-NEXT: br i1 %{{.*}}, label %body, label %end
; CHECK: two.plain:
; CHECK-NEXT: %t = add i32 %{{.*}}, 3
; CHECK-NEXT: %n{{[0-9]*}} = add i32 %t, 1
; CHECK: one.armed:
; CHECK: call preserve_mostcc void @lltfi_inject(i64 %{{.*}}, i32 3, i32 0, i32 1
; CHECK: two.armed:
; CHECK: call preserve_mostcc void @lltfi_inject(i64 %{{.*}}, i32 2, i32 0, i32 1
; CHECK: call preserve_mostcc void @lltfi_inject(i64 %{{.*}}, i32 3, i32 0, i32 1
