/* Whether a trial can be forked from a walk (runtime/program/snapshot.h), and which files it must open again. */
#ifndef LLTFI_RUNTIME_PROGRAM_OBSTACLES_H
#define LLTFI_RUNTIME_PROGRAM_OBSTACLES_H

#include "runtime/program/snapshot.h"

#define MOST_FILES 256

/* What the program has open, and what a trial does about it. All runs share the files that were inherited. */
struct open_files {
    int n;
    struct open_file {
        int number;
        enum { OPEN_READS, OPEN_OUTPUT, OPEN_MESSAGES, OPEN_INHERITED } what;
    } file[MOST_FILES];
};

/* Called while the program starts, with the file that it shares with the engine still open: notes what is there. */
bool obstacles_start(int shared_file);

/* The first obstacle now. */
enum snapshot_obstacle obstacles_find(bool confined);
/* What the last obstacles_find saw: the file that is an obstacle, and all open files. */
int obstacles_file(void);
const struct open_files *obstacles_files(void);

/* In a trial: clears all this, so that a wrong address reads what it would read without a walk. */
void obstacles_forget(void);

#endif
