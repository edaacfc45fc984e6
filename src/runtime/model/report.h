/* What protected layers call when two copies differ, and what the engine learns of it. */
#ifndef LLTFI_RUNTIME_MODEL_REPORT_H
#define LLTFI_RUNTIME_MODEL_REPORT_H

enum report_kind {
    REPORT_DETECTED = 1 << 0, /* a difference that nothing corrects */
    REPORT_CORRECTED = 1 << 1
};

/* The reports since the last call, a set of enum report_kind. */
unsigned runtime_take_reports(void);

/* A function to call at each report that is the first of its kind since then; NULL: none. */
void runtime_report_to(void (*sink)(enum report_kind kind, void *data), void *data);

void lltfi_detected(void);
void lltfi_corrected(void);

#endif
