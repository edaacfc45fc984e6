/* Clocks as a program sees them: they stand still while its walk waits (runtime/program/snapshot.h), and in a trial
 * they go on from where it left the walk. */
#ifndef LLTFI_RUNTIME_PROGRAM_CLOCKS_H
#define LLTFI_RUNTIME_PROGRAM_CLOCKS_H

void clocks_stop(void);
void clocks_go_on(void);

#endif
