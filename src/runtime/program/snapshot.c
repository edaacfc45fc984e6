/* Walks. This runs in the middle of the program's code: no malloc, no stdio, and errno is restored. */
#include "runtime/program/snapshot.h"

#include "runtime/program/clocks.h"
#include "runtime/program/gates.h"
#include "runtime/program/obstacles.h"
#include "runtime/program/shared_page.h"

#ifdef __x86_64__
#include <cpuid.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
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
    char control[64]; /* a file of the engine's */
    jmp_buf place;    /* where a confined trial leaves the walk */
    int status;       /* with which it ended */
    char stack[16384] __attribute__((aligned(16)));
} walk;

static const char *control(const char *name)
{
    strcpy(walk.control, walk.shared->confined ? CONFINED_CONTROL "/" : CONTROL_FROM_RUN);
    return strcat(walk.control, name);
}

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
                                        : replace(file->number, open(control(names[file->what]), O_WRONLY | O_CLOEXEC));
    }
    return done;
}

/* Gives the trial what it must not share with the walk: folder, files, shared page. */
static void become_trial(void)
{
    int file;

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    file = open(control(SNAPSHOT_SHARED), O_RDWR | O_CLOEXEC);
    if (file < 0 || chdir(walk.shared->confined ? CONFINED_RUN : CONTROL_FROM_RUN SNAPSHOT_RUN) != 0 || !give_files() ||
        !runtime_adopt(file))
        _exit(127);
    close(file);
}

/* What a program has that is not root's and does not walk. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { 0 };

    if (geteuid() == 0)
        return;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    syscall(SYS_capset, &header, none);
}

/* What the walk has written in a folder the trial may change without changing it for the walk. */
static bool renew(const char *folder, int number)
{
    char *options = walk.target;

    if (mkdir("upper", 0755) != 0 || mkdir("work", 0755) != 0)
        return false;
    strcpy(options, "upperdir=upper,workdir=work,userxattr,lowerdir=");
    strcat(options, folder);
    if (mount("overlay", folder, "overlay", 0, options) != 0)
        return false;
    walk.control[0] = '\0';
    append_number(walk.control, number);
    return mkdir(walk.control, 0755) == 0 && chdir(walk.control) == 0;
}

static bool renew_all(void)
{
    const char *folder = walk.shared->renewed;

    if (!*folder)
        return true;
    if (mount("lltfi", CONFINED_CONTROL "/" SNAPSHOT_PLACE, "tmpfs", 0, "mode=755,size=2g") != 0 ||
        chdir(CONFINED_CONTROL "/" SNAPSHOT_PLACE) != 0)
        return false;
    for (int number = 0; *folder; number++, folder += strlen(folder) + 1)
        if (!renew(folder, number))
            return false;
    return true;
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
            while (getppid() == own)
                syscall(SYS_sched_yield);
            become_trial();
            return 0;
        }
        walk.shared->walk_trial = trial;
        syscall(SYS_exit_group, 0);
    }
    while (between > 0 && waitpid(between, NULL, __WALL) < 0 && errno == EINTR)
        ;
    return walk.shared->walk_trial > 0 ? walk.shared->walk_trial : -1;
}

static bool exchange(const char *name, int flags, struct snapshot_message *message)
{
    int file = open(control(name), flags | O_CLOEXEC);
    ssize_t n;

    if (file < 0)
        return false;
    do
        n = flags == O_WRONLY ? write(file, message, sizeof(*message)) : read(file, message, sizeof(*message));
    while (n < 0 && errno == EINTR);
    close(file);
    return n == (ssize_t)sizeof(*message);
}

static bool make_spaces(void)
{
    return unshare(CLONE_NEWNS) == 0 && renew_all() &&
           mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 &&
           mount(CONFINED_CONTROL "/" SNAPSHOT_RUN, CONFINED_RUN, NULL, MS_BIND, NULL) == 0;
}

/* Process 1 of a trial's namespaces. It has the walk's memory to itself until it ends, and speaks for it. */
static int run_trial_init(void *data)
{
    struct snapshot_message *message = data;
    pid_t trial;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    trial = make_spaces() ? (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : -1;
    if (trial == 0)
        longjmp(walk.place, 1);
    message->number = trial;
    if (trial < 0 || !exchange(SNAPSHOT_SAYS, O_WRONLY, message))
        _exit(1);
    while (waitpid(trial, &walk.status, 0) < 0 && errno == EINTR)
        ;
    _exit(0);
}

/* FALSE in the trial. No signal says that its init ends, and only __WALL finds it: it is not a child for the program.
 */
static bool fork_confined(struct snapshot_message *message)
{
    pid_t init;

    if (setjmp(walk.place) != 0) {
        become_trial();
        drop_capabilities();
        return false;
    }
    walk.status = SIGKILL;
    init = clone(run_trial_init, walk.stack + sizeof(walk.stack), CLONE_VM | CLONE_VFORK | CLONE_NEWPID | CLONE_NEWIPC,
                 message);
    while (init > 0 && waitpid(init, NULL, __WALL) < 0 && errno == EINTR)
        ;
    if (init > 0 && message->number > 0)
        *message = (struct snapshot_message){ .what = SNAPSHOT_ENDED, .number = walk.status };
    return true;
}

/* Reports the stop to the engine and forks trials for it. Returns when the walk is to go on, and in each trial. */
static void talk(const struct location *location)
{
    struct snapshot_message message = { SNAPSHOT_STOPPED, obstacles_find(walk.shared->confined), obstacles_file(), 0,
                                        *location };

    clocks_stop();
    for (walk.is_trial = false; !walk.is_trial;) {
        if (!exchange(SNAPSHOT_SAYS, O_WRONLY, &message) || !exchange(SNAPSHOT_TOLD, O_RDONLY, &message))
            _exit(127);
        if (message.what == SNAPSHOT_GO_ON)
            break;
        message = (struct snapshot_message){ .what = SNAPSHOT_FORKED, .number = -1, .location = *location };
        if (walk.shared->confined) {
            walk.is_trial = !fork_confined(&message);
        } else {
            message.number = fork_trial();
            walk.is_trial = message.number == 0;
        }
    }
    clocks_go_on();
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
