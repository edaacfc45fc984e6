/* Walks. This runs in the middle of the program's code: no malloc, no stdio, and errno is restored. */
#include "runtime/program/snapshot.h"

#include "runtime/program/gates.h"
#include "runtime/program/obstacles.h"
#include "runtime/program/shared_page.h"

#ifdef __x86_64__
#include <cpuid.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The state of a walk. A trial clears it, so that a wrong address reads there what it would read without a walk. */
static struct {
    struct shared_page *shared;
    bool is_trial;
    uint64_t distance; /* to the next stop */
    uint64_t until;    /* selected instructions from the beginning of the run to the next stop */
    char path[64], target[4096];
} walk;

static void append_number(char *to, int number)
{
    char digits[12];
    int n = 0;

    do
        digits[n++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    for (to += strlen(to); n > 0;)
        *to++ = digits[--n];
    *to = '\0';
}

/* Makes a file descriptor refer to another open file, whose position no other process shares. */
static bool replace(int number, int file)
{
    int flags = fcntl(number, F_GETFD);
    bool done = file >= 0 && flags >= 0 && dup3(file, number, flags & FD_CLOEXEC ? O_CLOEXEC : 0) >= 0;

    if (file >= 0)
        close(file);
    return done;
}

/* Opens again what is open for reading: if it is in the walk's folder (walk_folder), its copy in the trial's. */
static bool reopen(int number)
{
    char *path = walk.path, *target = walk.target;
    const char *inside;
    off_t at = lseek(number, 0, SEEK_CUR);
    int flags = fcntl(number, F_GETFL), file;
    ssize_t n;

    strcpy(path, "/proc/self/fd/");
    append_number(path, number);
    n = readlink(path, target, sizeof(walk.target) - 1);
    target[n > 0 ? n : 0] = '\0';
    inside =
        walk.shared->walk_folder[0] && strncmp(target, walk.shared->walk_folder, strlen(walk.shared->walk_folder)) == 0
            ? target + strlen(walk.shared->walk_folder)
            : NULL;
    file = inside && *inside == '/' ? open(inside + 1, (flags & ~O_CREAT) | O_CLOEXEC) : -1;
    if (file < 0)
        file = open(path, (flags & ~O_CREAT) | O_CLOEXEC);
    return at >= 0 && file >= 0 && lseek(file, at, SEEK_SET) == at && replace(number, file);
}

static bool give_files(void)
{
    static const char *const names[] = { [OPEN_OUTPUT] = SNAPSHOT_OUTPUT, [OPEN_MESSAGES] = SNAPSHOT_MESSAGES };
    const struct open_files *files = obstacles_files();
    bool done = true;

    for (int f = 0; done && f < files->n; f++) {
        const struct open_file *file = &files->file[f];

        if (file->what == OPEN_INHERITED)
            continue;
        done = file->what == OPEN_READS ? reopen(file->number)
                                        : replace(file->number, open(names[file->what], O_WRONLY | O_CLOEXEC));
    }
    return done;
}

/* Gives the trial what it must not share with the walk: folder, files, shared page. */
static void become_trial(pid_t parent)
{
    int file;

    setpgid(0, 0);
    while (getppid() == parent)
        syscall(SYS_sched_yield);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    file = open(SNAPSHOT_SHARED, O_RDWR | O_CLOEXEC);
    if (file < 0 || chdir(SNAPSHOT_RUN) != 0 || !give_files() || !runtime_adopt(file))
        _exit(127);
    close(file);
}

/* Returns the trial's process number, and 0 in the trial. A process in between forks the trial and ends, so that the
 * trial is not a child of the walk: the program's own waits for children do not find it. */
static pid_t fork_trial(void)
{
    pid_t between, own, trial;

    walk.shared->walk_trial = 0;
    between = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
    if (between == 0) {
        own = (pid_t)syscall(SYS_getpid);
        trial = _Fork();
        if (trial == 0) {
            become_trial(own);
            return 0;
        }
        walk.shared->walk_trial = trial;
        syscall(SYS_exit_group, 0);
    }
    while (between > 0 && waitpid(between, NULL, __WALL) < 0 && errno == EINTR)
        ;
    return walk.shared->walk_trial > 0 ? walk.shared->walk_trial : -1;
}

static bool exchange(const char *path, int flags, struct snapshot_message *message)
{
    int file = open(path, flags | O_CLOEXEC);
    ssize_t n;

    if (file < 0)
        return false;
    do
        n = flags == O_WRONLY ? write(file, message, sizeof(*message)) : read(file, message, sizeof(*message));
    while (n < 0 && errno == EINTR);
    close(file);
    return n == (ssize_t)sizeof(*message);
}

/* Reports the stop to the engine and forks trials for it. Returns when the walk is to go on, and in each trial. */
static void talk(const struct location *location)
{
    struct snapshot_message message = { SNAPSHOT_STOPPED, obstacles_find(), obstacles_file(), 0, *location };

    for (walk.is_trial = false; !walk.is_trial;) {
        if (!exchange(SNAPSHOT_SAYS, O_WRONLY, &message) || !exchange(SNAPSHOT_TOLD, O_RDONLY, &message))
            _exit(127);
        if (message.what == SNAPSHOT_GO_ON)
            break;
        message = (struct snapshot_message){ SNAPSHOT_FORKED, SNAPSHOT_SAFE, fork_trial(), 0, *location };
        walk.is_trial = message.number == 0;
    }
    walk.distance = message.distance;
    walk.until += walk.distance;
}

bool lltfi_walks;

static void forget(void)
{
    memset(&walk, 0, sizeof(walk));
    obstacles_forget();
    memset(lltfi_executions, 0, lltfi_n_gates * sizeof(uint64_t));
    leads_forget();
}

uint64_t snapshot_stop(uint64_t countdown, uint64_t size, uint32_t gate)
{
    int before = errno;

    while (lltfi_walks && countdown < size) {
        struct location location = { .gate = gate, .countdown = (lltfi_executions[gate] - 1) * size + countdown };

        leads_add(&location, size);
        talk(&location);
        lltfi_walks = lltfi_stops = !walk.is_trial;
        if (lltfi_walks)
            countdown += walk.distance;
        else
            forget();
    }
    errno = before;
    return countdown;
}

/* While injections are off (switch.c) nothing elapses. */
void snapshot_pass(uint64_t countdown, uint64_t size, uint32_t gate)
{
    int before = errno;

    if (countdown > walk.until)
        gates_set(gate, GATE_LOCATES);
    else
        leads_pass(gate, size, walk.until - countdown);
    errno = before;
}

__attribute__((used)) KEEPS_REGISTERS uint64_t lltfi_near(uint64_t size, uint32_t gate)
{
    uint64_t countdown = lltfi_countdown + size, next;

    if (lltfi_walks && countdown >= size)
        snapshot_pass(countdown, size, gate);
    countdown = snapshot_stop(countdown, size, gate);
    if (countdown < size && leads_follow(&next)) {
        lltfi_countdown = next;
        return size;
    }
    lltfi_countdown = countdown - size;
    return countdown;
}

#ifdef __x86_64__
/* lltfi_near runs on a stack of its own. lltfi_walk_place, the program's stack pointer, is set while it is in use: a
 * signal handler that reaches a gate meanwhile passes it. In a trial the stack is cleared at the end. xsave writes the
 * vector registers below the general ones and needs a header of zeros there: nothing else is written to that part. */
__attribute__((used, aligned(64))) char lltfi_walk_stack[65536];
__attribute__((used)) void *lltfi_walk_place;
__attribute__((used)) uint64_t lltfi_walk_kept[3];

__asm__(".text\n"
        ".p2align 4\n"
        ".globl lltfi_near_traceless\n"
        ".hidden lltfi_near_traceless\n"
        ".type lltfi_near_traceless, @function\n"
        "lltfi_near_traceless:\n"
        "    movq lltfi_countdown(%rip), %rax\n"
        "    addq %rdi, %rax\n"
        "    cmpb $0, lltfi_stops(%rip)\n"
        "    je 3f\n"
        "    cmpq $0, lltfi_walk_place(%rip)\n"
        "    jne 3f\n"
        "    movq %rsp, lltfi_walk_place(%rip)\n"
        "    leaq lltfi_walk_stack+65536(%rip), %rsp\n"
        "    pushq %rbx; pushq %rcx; pushq %rdx; pushq %rsi; pushq %rdi; pushq %rbp; pushq %r8; pushq %r9\n"
        "    pushq %r10; pushq %r11; pushq %r12; pushq %r13; pushq %r14; pushq %r15\n"
        "    movq %rsp, %rbp\n"
        "    subq $16384, %rsp\n"
        "    andq $-64, %rsp\n"
        "    movl $0xe7, %eax; xorl %edx, %edx; xsave64 (%rsp)\n"
        "    cld; call lltfi_near; movq %rax, %rbx\n"
        "    movl $0xe7, %eax; xorl %edx, %edx; xrstor64 (%rsp)\n"
        "    movq %rbx, %rax\n"
        "    movq %rbp, %rsp\n"
        "    popq %r15; popq %r14; popq %r13; popq %r12; popq %r11; popq %r10\n"
        "    popq %r9; popq %r8; popq %rbp; popq %rdi; popq %rsi; popq %rdx; popq %rcx; popq %rbx\n"
        "    movq lltfi_walk_place(%rip), %rsp\n"
        "    movq $0, lltfi_walk_place(%rip)\n"
        "    cmpb $0, lltfi_stops(%rip)\n"
        "    jne 3f\n"
        "    movq %rax, lltfi_walk_kept(%rip)\n"
        "    movq %rcx, lltfi_walk_kept+8(%rip)\n"
        "    movq %rdi, lltfi_walk_kept+16(%rip)\n"
        "    leaq lltfi_walk_stack(%rip), %rdi\n"
        "    movl $8192, %ecx; xorl %eax, %eax; rep stosq\n"
        "    movq lltfi_walk_kept+16(%rip), %rdi\n"
        "    movq %rax, lltfi_walk_kept+16(%rip)\n"
        "    movq lltfi_walk_kept+8(%rip), %rcx\n"
        "    movq %rax, lltfi_walk_kept+8(%rip)\n"
        "    movq lltfi_walk_kept(%rip), %rax\n"
        "    movq $0, lltfi_walk_kept(%rip)\n"
        "3:  jmp *%rcx\n"
        ".size lltfi_near_traceless, .-lltfi_near_traceless\n");

static bool can_keep_registers(void)
{
    unsigned a, b, c, d;

    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE);
}
#else
static bool can_keep_registers(void)
{
    return true;
}
#endif

bool snapshot_start(struct shared_page *shared, int file)
{
    walk.shared = shared;
    if (!obstacles_start(file))
        return false;
    walk.until = lltfi_countdown;
    lltfi_walks = lltfi_stops = true;
    return can_keep_registers();
}
