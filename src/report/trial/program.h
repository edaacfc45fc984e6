/* A trial on a program that was run again: the fault, and in what the run differs from the golden one. */
#ifndef LLTFI_REPORT_TRIAL_PROGRAM_H
#define LLTFI_REPORT_TRIAL_PROGRAM_H

#include "engine/program/subject.h"
#include "report/sheet.h"

struct program_trial {
    const struct trial *trial;
    const struct run_option *fault; /* what was injected */
    const GArray *sites;            /* struct site, of the program */
    const struct run_result *golden, *faulty;
    const char *difference; /* between their outputs; NULL: there is none */
    gboolean same;          /* the outcome is the stored one */
};

struct document *program_trial_document(const struct program_trial *shown);

/* The facts "fault" and "at" of each fault of a trial. */
void add_program_faults(struct sheet *facts, const GArray *sites, const struct run_option *fault,
                        const struct trial *trial);

#endif
