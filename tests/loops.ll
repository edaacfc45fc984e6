; Loops of all shapes for loops.c: each function gets an array of 64 numbers, 0..63 in some order, and how many of them
; to read. Functions that are defined and not internal are tested.

define i64 @up(ptr %x, i64 %n) {
entry:
  %some = icmp sgt i64 %n, 0
  br i1 %some, label %body, label %end
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %s = phi i64 [ 0, %entry ], [ %t, %body ]
  %p = getelementptr i64, ptr %x, i64 %i
  %v = load i64, ptr %p
  %t = add i64 %s, %v
  %next = add nsw i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %body, label %end
end:
  %r = phi i64 [ -1, %entry ], [ %t, %body ]
  ret i64 %r
}

; The index is used after the loop, which counts down in steps of 3.
define i64 @down(ptr %x, i64 %n) {
entry:
  br label %body
body:
  %i = phi i64 [ %n, %entry ], [ %next, %body ]
  %next = add nsw i64 %i, -3
  %square = mul i64 %i, %i
  store i64 %square, ptr %x
  %more = icmp sge i64 %next, 2
  br i1 %more, label %body, label %end
end:
  %v = load i64, ptr %x
  %r = add i64 %v, %next
  ret i64 %r
}

; The condition is tested first: the header is executed once more than the body.
define i64 @while(ptr %x, i64 %n) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %next, %body ]
  %s = phi i64 [ 7, %entry ], [ %t, %body ]
  %wide = zext i32 %i to i64
  %limit = trunc i64 %n to i32
  %done = icmp uge i32 %i, %limit
  br i1 %done, label %end, label %body
body:
  %p = getelementptr i64, ptr %x, i64 %wide
  %v = load i64, ptr %p
  %t = xor i64 %s, %v
  %next = add nuw nsw i32 %i, 2
  br label %head
end:
  %r = add i64 %s, %wide
  ret i64 %r
}

; A search with three exits, and a switch inside.
define i64 @search(ptr %x, i64 %n) {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %go_on ]
  %score = phi i64 [ 0, %entry ], [ %better, %go_on ]
  %p = getelementptr i64, ptr %x, i64 %i
  %v = load i64, ptr %p
  switch i64 %v, label %odd [ i64 5, label %found
                              i64 12, label %good
                              i64 13, label %good
                              i64 40, label %end ]
good:
  %plus = add i64 %score, 10
  br label %go_on
odd:
  %bit = and i64 %v, 1
  %less = sub i64 %score, %bit
  %bad = icmp slt i64 %less, -9
  br i1 %bad, label %end, label %go_on
go_on:
  %better = phi i64 [ %plus, %good ], [ %less, %odd ]
  %next = add i64 %i, 1
  %last = icmp eq i64 %next, 64
  br i1 %last, label %found, label %body
found:
  %where = phi i64 [ %i, %body ], [ -1, %go_on ]
  %r = mul i64 %where, 3
  ret i64 %r
end:
  %out = add i64 %v, %score
  ret i64 %out
}

; Three nested loops; the middle one is guarded, the inner one's length depends on the outermost index: these two can
; run as a whole.
define i64 @triangle(ptr %x, i64 %n) {
entry:
  br label %a
a:
  %i = phi i64 [ 0, %entry ], [ %i.next, %a.latch ]
  %s0 = phi i64 [ 0, %entry ], [ %s3, %a.latch ]
  %odd = and i64 %i, 1
  %is_odd = icmp eq i64 %odd, 1
  br i1 %is_odd, label %b, label %a.latch
b:
  %j = phi i64 [ 0, %a ], [ %j.next, %b.latch ]
  %s1 = phi i64 [ %s0, %a ], [ %s2, %b.latch ]
  br label %c
c:
  %k = phi i64 [ 0, %b ], [ %k.next, %c ]
  %s = phi i64 [ %s1, %b ], [ %s2, %c ]
  %at = add i64 %j, %k
  %p = getelementptr i64, ptr %x, i64 %at
  %v = load i64, ptr %p
  %s2 = add i64 %s, %v
  %k.next = add nuw i64 %k, 1
  %k.more = icmp ule i64 %k, %i
  br i1 %k.more, label %c, label %b.latch
b.latch:
  %j.next = add i64 %j, 1
  %j.more = icmp ne i64 %j.next, 3
  br i1 %j.more, label %b, label %a.latch
a.latch:
  %s3 = phi i64 [ %s0, %a ], [ %s2, %b.latch ]
  %i.next = add i64 %i, 1
  %i.more = icmp slt i64 %i.next, %n
  br i1 %i.more, label %a, label %end
end:
  ret i64 %s3
}

; Loops that follow each other without a block between: the second reads the first one's output; a third is after both.
define i64 @chain(ptr %x, i64 %n) {
entry:
  %short = icmp slt i64 %n, 3
  br i1 %short, label %third, label %first
first:
  %i = phi i64 [ 0, %entry ], [ %i.next, %first ]
  %m = phi i64 [ 0, %entry ], [ %most, %first ]
  %p = getelementptr i64, ptr %x, i64 %i
  %v = load i64, ptr %p
  %greater = icmp sgt i64 %v, %m
  %most = select i1 %greater, i64 %v, i64 %m
  %i.next = add i64 %i, 1
  %i.more = icmp ult i64 %i.next, %n
  br i1 %i.more, label %first, label %second
second:
  %j = phi i64 [ 0, %first ], [ %j.next, %second ]
  %d = phi i64 [ %most, %first ], [ %half, %second ]
  %half = lshr i64 %d, 1
  %j.next = add i64 %j, 1
  %j.more = icmp ult i64 %j.next, %most
  br i1 %j.more, label %second, label %third
third:
  %k = phi i64 [ 0, %entry ], [ %half, %second ], [ %k.next, %third ]
  %k.next = add nsw i64 %k, 5
  %k.more = icmp sle i64 %k.next, 100
  br i1 %k.more, label %third, label %end
end:
  ret i64 %k.next
}

; Not hoisted by the compiler: the loop's limit is computed in every iteration.
define i64 @repeated(ptr %x, i64 %n) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i.next, %outer.again ]
  %s0 = phi i64 [ 1, %entry ], [ %s2, %outer.again ]
  %more_than = sub nsw i64 %n, 1
  %negative = icmp slt i64 %more_than, 0
  %limit = select i1 %negative, i64 0, i64 %more_than
  br label %inner
inner:
  %j = phi i64 [ 0, %outer ], [ %j.next, %inner ]
  %s = phi i64 [ %s0, %outer ], [ %s2, %inner ]
  %s1 = mul i64 %s, 3
  %s2 = add i64 %s1, %j
  %j.next = add i64 %j, 1
  %j.more = icmp slt i64 %j, %limit
  br i1 %j.more, label %inner, label %outer.latch
outer.latch:
  %i.next = add i64 %i, 1
  %i.more = icmp ult i64 %i, %limit
  br i1 %i.more, label %outer.again, label %end
outer.again:
  br label %outer
end:
  ret i64 %s2
}

; The length can't be computed: doubling, and steps that overflow past the largest number.
define i64 @unknown(ptr %x, i64 %n) {
entry:
  br label %double
double:
  %d = phi i64 [ 1, %entry ], [ %d2, %double ]
  %d2 = shl i64 %d, 1
  %d.more = icmp ult i64 %d2, %n
  br i1 %d.more, label %double, label %around
around:
  %b = phi i8 [ 1, %double ], [ %b.next, %around ]
  %b.next = add i8 %b, 6
  %b.more = icmp ult i8 %b.next, -2
  br i1 %b.more, label %around, label %past
past:
  %c = phi i8 [ 1, %around ], [ %c.next, %past ]
  %c.next = add i8 %c, 6
  %c.more = icmp ne i8 %c.next, 1
  br i1 %c.more, label %past, label %end
end:
  %sum = add i8 %b.next, %c.next
  %wide = zext i8 %sum to i64
  %r = add i64 %wide, %d2
  ret i64 %r
}

; The end is below the start, so the counter passes all numbers of eight bits and overflows.
define i64 @wrap(ptr %x, i64 %n) {
entry:
  %last = trunc i64 %n to i8
  br label %body
body:
  %b = phi i8 [ 100, %entry ], [ %b.next, %body ]
  %s = phi i64 [ 0, %entry ], [ %t, %body ]
  %t = add i64 %s, 1
  %b.next = add i8 %b, 1
  %more = icmp ne i8 %last, %b.next
  br i1 %more, label %body, label %end
end:
  ret i64 %t
}

; A loop with two entries, inside one whose length would be known.
define i64 @irreducible(ptr %x, i64 %n) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i.next, %latch ]
  %s0 = phi i64 [ 0, %entry ], [ %s, %latch ]
  %odd = and i64 %i, 1
  %left = icmp eq i64 %odd, 0
  br i1 %left, label %l, label %r
l:
  %ls = phi i64 [ %s0, %outer ], [ %rt, %r ]
  %lt = add i64 %ls, 1
  %l.test = and i64 %lt, 7
  %l.more = icmp ne i64 %l.test, 0
  br i1 %l.more, label %r, label %latch
r:
  %rs = phi i64 [ %s0, %outer ], [ %lt, %l ]
  %rt = add i64 %rs, 2
  %r.test = and i64 %rt, 15
  %r.more = icmp ugt i64 %r.test, 2
  br i1 %r.more, label %l, label %latch
latch:
  %s = phi i64 [ %lt, %l ], [ %rt, %r ]
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %outer, label %end
end:
  ret i64 %s
}

; The inner loop's limit is read in each iteration, and changes.
define i64 @changing(ptr %x, i64 %n) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i.next, %latch ]
  %s0 = phi i64 [ 0, %entry ], [ %s1, %latch ]
  %limit = load i64, ptr %x
  br label %inner
inner:
  %j = phi i64 [ 0, %outer ], [ %j.next, %inner ]
  %s = phi i64 [ %s0, %outer ], [ %s1, %inner ]
  %s1 = add i64 %s, %j
  %j.next = add i64 %j, 1
  %j.more = icmp slt i64 %j.next, %limit
  br i1 %j.more, label %inner, label %latch
latch:
  %raised = add i64 %limit, %i
  store i64 %raised, ptr %x
  %i.next = add i64 %i, 1
  %i.more = icmp slt i64 %i.next, %n
  br i1 %i.more, label %outer, label %end
end:
  ret i64 %s1
}
