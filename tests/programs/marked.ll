; A model as onnx-mlir marks its operators: Conv, Relu, Conv in loops of four, AveragePool; main prints the sum.
source_filename = "marked"

@format = private constant [4 x i8] c"%g\0A\00"
@weight = private constant float 5.000000e-01

declare i32 @printf(ptr, ...)

define void @OMInstrumentPoint(i64 %id, i64 %tag) {
  ret void
}

define float @main_graph(float %x) {
entry:
  call void @OMInstrumentPoint(i64 1986948931, i64 1)
  br label %first

first:
  %i = phi i32 [ 0, %entry ], [ %i.next, %first ]
  %sum = phi float [ %x, %entry ], [ %sum.next, %first ]
  %w = load float, ptr @weight
  %product = fmul float %sum, %w
  %sum.next = fadd float %product, 1.000000e+00
  %i.next = add i32 %i, 1
  %more = icmp ult i32 %i.next, 4
  br i1 %more, label %first, label %relu

relu:
  call void @OMInstrumentPoint(i64 1986948931, i64 2)
  call void @OMInstrumentPoint(i64 1970038098, i64 2)
  %positive = fcmp ogt float %sum.next, 0.000000e+00
  %clipped = select i1 %positive, float %sum.next, float 0.000000e+00
  call void @OMInstrumentPoint(i64 1970038098, i64 1)
  %between = fadd float %clipped, 0.000000e+00
  call void @OMInstrumentPoint(i64 1986948931, i64 1)
  br label %second

second:
  %k = phi i32 [ 0, %relu ], [ %k.next, %second ]
  %total = phi float [ %between, %relu ], [ %total.next, %second ]
  %total.next = fadd float %total, 2.000000e+00
  %k.next = add i32 %k, 1
  %again = icmp ult i32 %k.next, 4
  br i1 %again, label %second, label %pool

pool:
  call void @OMInstrumentPoint(i64 1986948931, i64 2)
  call void @OMInstrumentPoint(i64 28542640876516929, i64 1)
  %half = fmul float %total.next, 5.000000e-01
  call void @OMInstrumentPoint(i64 28542640876516929, i64 2)
  ret float %half
}

define i32 @main() {
  %y = call float @main_graph(float 3.000000e+00)
  %wide = fpext float %y to double
  %printed = call i32 (ptr, ...) @printf(ptr @format, double %wide)
  ret i32 0
}
