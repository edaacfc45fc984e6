/* What a software fault does with a value. No GLib: instrumented programs link it too. */
#ifndef LLTFI_BASE_SOFTWARE_H
#define LLTFI_BASE_SOFTWARE_H

enum software_action {
    SOFTWARE_FLIP,       /* none of these: bits are flipped as by a hardware fault */
    SOFTWARE_ADD,        /* adds `value`, in the value's own width */
    SOFTWARE_SET,        /* takes `value` in its place */
    SOFTWARE_HANG,       /* never returns */
    SOFTWARE_SLEEP,      /* for SOFTWARE_SECONDS */
    SOFTWARE_CLOSE,      /* closes the stream */
    SOFTWARE_REOPEN,     /* another stream, on SOFTWARE_FILE, takes its place */
    SOFTWARE_LEAK,       /* another, small block of memory takes its place */
    SOFTWARE_EXHAUST,    /* takes all memory; the last block takes its place */
    SOFTWARE_NO_MEMORY,  /* takes all memory; NULL takes its place */
    SOFTWARE_FORMAT,     /* a size of 1, 2, 4, 8 or 10 bytes becomes another one */
    SOFTWARE_DEADLOCK,   /* joins the thread, then waits for a lock of its own */
    SOFTWARE_CANCEL,     /* cancels the thread */
    SOFTWARE_OTHER_LOCK, /* a fresh mutex takes its place */
    SOFTWARE_FREE,       /* frees the block */
    SOFTWARE_CUSTOM      /* lltfi_custom(custom, ...) */
};

#endif
