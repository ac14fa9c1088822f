/* settings: what prctl sets is told by it, and what of that a child has as well. */
#include "check.h"

#include <sys/prctl.h>
#include <sys/resource.h>

CHECK(what_is_returned)
{
    EXPECT_EQ(prctl(PR_GET_DUMPABLE), 1);
    OK(prctl(PR_SET_DUMPABLE, 0));
    EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
    EXPECT_FAILS(EINVAL, prctl(PR_SET_DUMPABLE, 7));
    EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
    OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
    OK(prctl(PR_SET_TIMERSLACK, 70000));
    EXPECT_EQ(prctl(PR_GET_TIMERSLACK), 70000);
}

CHECK(what_is_written)
{
    int value = -1;
    OK(prctl(PR_GET_PDEATHSIG, &value));
    EXPECT_EQ(value, 0);
    OK(prctl(PR_SET_PDEATHSIG, SIGUSR2));
    OK(prctl(PR_GET_PDEATHSIG, &value));
    EXPECT_EQ(value, SIGUSR2);
    EXPECT_FAILS(EINVAL, prctl(PR_SET_PDEATHSIG, 65));
    OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
    OK(prctl(PR_GET_CHILD_SUBREAPER, &value));
    EXPECT_EQ(value, 1);
    EXPECT_FAILS(EFAULT, prctl(PR_GET_CHILD_SUBREAPER, 8));
}

CHECK(a_child_has_some_of_them)
{
    OK(prctl(PR_SET_DUMPABLE, 0));
    OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
    OK(prctl(PR_SET_PDEATHSIG, SIGUSR2));
    OK(setpriority(PRIO_PROCESS, 0, 5));
    pid_t child = OK(fork());
    if (child == 0) {
        int value = -1;
        EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
        EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
        EXPECT_EQ(getpriority(PRIO_PROCESS, 0), 5);
        OK(prctl(PR_GET_CHILD_SUBREAPER, &value));
        EXPECT_EQ(value, 0);
        OK(prctl(PR_GET_PDEATHSIG, &value));
        EXPECT_EQ(value, 0);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}
