/*
 * Moving a box of elements between two tensors. No guard: included inside #ifdef T, once for each type.
 *
 * y[i . to] = x[i . from] for every index i of the box. A row is a run of the last dimension; in the fast form, of as
 * many of the last dimensions as are contiguous in both tensors.
 */

/* Elements begin..end-1 of every row. Dimensions before `first` number the rows. */
INLINE void NAME(move_rows)(int rank, const struct box *box, int first, int64_t rows, int64_t begin, int64_t end,
                            const T *restrict x, const int64_t *from, T *restrict y, const int64_t *to)
{
    int last = rank - 1;
    int64_t x_step = rank ? from[last] : 1, y_step = rank ? to[last] : 1;

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
        for (int64_t i = begin; i < end; i++)
            y[b + i * y_step] = x[a + i * x_step];
    }
}

/* If neighbours in y are far apart in x and rows are long, the fast form moves all rows in strips of one cache line:
 * the lines of x that were fetched for one row are used by the next rows too. */
INLINE void NAME(move)(int rank, const struct box *box, const T *restrict x, const int64_t *from, T *restrict y,
                       const int64_t *to)
{
    const int64_t strip = VECTOR_BYTES / sizeof(T);
    int last = rank - 1, first = last;
    int64_t length = rank ? box->hi[last] - box->lo[last] : 1, rows = 1;
    bool dense = rank && from[last] == 1 && to[last] == 1,
         strips = FAST && rank > 1 && from[last] > strip && length > 4 * strip;

    UNROLL
    for (int d = last - 1; d >= 0; d--) {
        int64_t extent = box->hi[d] - box->lo[d];

        if (FAST && dense && first == d + 1 && length == from[d] && length == to[d]) {
            length *= extent;
            first = d;
        } else {
            rows *= extent;
        }
    }
    if (!strips) {
        NAME(move_rows)(rank, box, first, rows, 0, length, x, from, y, to);
        return;
    }
    for (int64_t begin = 0; begin < length; begin += strip) {
        int64_t end = begin + strip < length ? begin + strip : length;

        NAME(move_rows)(rank, box, first, rows, begin, end, x, from, y, to);
    }
}
