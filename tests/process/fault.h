/* fault.h: trying an access that may fault, and what the signal then says. Beside check.h. */
#ifndef TESTS_PROCESS_FAULT_H
#define TESTS_PROCESS_FAULT_H

#include <setjmp.h>
#include <signal.h>
#include <string.h>

struct fault {
    int signal; /* 0: there was none */
    int code;
    char *address;
};

static sigjmp_buf fault_return;
static volatile struct fault fault_seen;

static void fault_handler(int signal, siginfo_t *info, void *context)
{
    (void)context;
    fault_seen.signal = signal;
    fault_seen.code = info->si_code;
    fault_seen.address = info->si_addr;
    siglongjmp(fault_return, 1);
}

static inline void fault_catch(void)
{
    struct sigaction action;
    const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    memset(&action, 0, sizeof action);
    action.sa_sigaction = fault_handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

/* Calls the function; what it met, if anything. */
static inline struct fault fault_of_call(void (*function)(void *), void *argument)
{
    fault_catch();
    fault_seen.signal = 0;
    fault_seen.code = 0;
    fault_seen.address = NULL;
    if (sigsetjmp(fault_return, 1) == 0)
        function(argument);
    return fault_seen;
}

static inline void fault_do_read(void *address)
{
    (void)*(volatile char *)address;
}

static inline void fault_do_write(void *address)
{
    *(volatile char *)address = 1;
}

static inline struct fault fault_of_read(void *address)
{
    return fault_of_call(fault_do_read, address);
}

static inline struct fault fault_of_write(void *address)
{
    return fault_of_call(fault_do_write, address);
}

#define EXPECT_FAULT(access, wanted_signal, wanted_code, wanted_address)                           \
    do {                                                                                           \
        struct fault fault_ = (access);                                                            \
        if (fault_.signal != (wanted_signal) || fault_.code != (wanted_code) ||                    \
            fault_.address != (char *)(wanted_address))                                            \
            FAIL("%s: signal %d, code %d, address %p, not %s, %s, %p", #access, fault_.signal,     \
                 fault_.code, (void *)fault_.address, #wanted_signal, #wanted_code,                \
                 (void *)(wanted_address));                                                        \
    } while (0)

#define EXPECT_NO_FAULT(access) EXPECT_EQ((access).signal, 0)

#endif
