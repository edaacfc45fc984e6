#include "engine/program/subject.h"

/* What leads out of a run's folder to something that processes share: addresses, memory and locks of the system. */
static const char *const calls[] = {
    "connect", "bind", "shm_open", "shmget", "sem_open", "semget", "mq_open", "msgget", "flock", "lockf", "mkfifo",
};

const char *program_outside_call(const struct program_subject *subject)
{
    for (size_t c = 0; c < G_N_ELEMENTS(calls); c++) {
        LLVMValueRef function = LLVMGetNamedFunction(subject->program->module, calls[c]);

        if (function && LLVMIsDeclaration(function))
            return calls[c];
    }
    return NULL;
}
