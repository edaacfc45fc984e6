/* What stands in the way of a trial that leaves a walk, and the files that it must get anew
 * (runtime/program/snapshot.h). */
#ifndef LLTFI_RUNTIME_PROGRAM_OBSTACLES_H
#define LLTFI_RUNTIME_PROGRAM_OBSTACLES_H

#include "runtime/program/snapshot.h"

#define MOST_FILES 256

/* What the program has open, as a trial must get it. What the engine itself was started with all runs share. */
struct open_files {
    int n;
    struct open_file {
        int number;
        enum { OPEN_READS, OPEN_OUTPUT, OPEN_MESSAGES, OPEN_INHERITED } what;
    } file[MOST_FILES];
};

/* While the program starts, with the file that it shares with the engine still open. */
bool obstacles_start(int shared_file);

/* Looks. */
enum snapshot_obstacle obstacles_find(void);
/* As it was found: the number of the file that is in the way, and all that are open. */
int obstacles_file(void);
const struct open_files *obstacles_files(void);

/* In a trial: wild addresses shall find nothing of this. */
void obstacles_forget(void);

#endif
