/*
 * Moving a box of elements between two tensors. No guard: included inside #ifdef T, once a type.
 *
 * y[i . to] = x[i . from] for every index i of the box. A row is a run of the last dimension; in the fast form, of as
 * many of the last dimensions as lie without gaps in both tensors.
 */
INLINE void NAME(move)(int rank, const struct box *box, const T *restrict x, const int64_t *from, T *restrict y,
                       const int64_t *to)
{
    int last = rank - 1, first = last;
    int64_t length = rank ? box->hi[last] - box->lo[last] : 1, rows = 1;
    int64_t x_step = rank ? from[last] : 1, y_step = rank ? to[last] : 1;

    UNROLL
    for (int d = last - 1; d >= 0; d--) {
        int64_t extent = box->hi[d] - box->lo[d];

        if (FAST && x_step == 1 && y_step == 1 && first == d + 1 && length == from[d] && length == to[d]) {
            length *= extent;
            first = d;
        } else {
            rows *= extent;
        }
    }
    for (int64_t row = 0; row < rows; row++) {
        int64_t rest = row, a = 0, b = 0;

        UNROLL
        for (int d = last; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], index = box->lo[d];

            if (d < first) {
                index += rest % extent;
                rest /= extent;
            }
            a += index * from[d];
            b += index * to[d];
        }
        for (int64_t i = 0; i < length; i++)
            y[b + i * y_step] = x[a + i * x_step];
    }
}
