/* Address spaces that lie over each other: many processes with the same addresses take turns on few
 * cores, change what they have mapped there, and each sees its own. */
#include "check.h"
#include <pthread.h>
#include <sched.h>

#define PROCESSES 10
#define ROUNDS    20
#define PAGES     4

static volatile uint32_t *words; /* PAGES pages, at the same address in all */

static volatile uint32_t *word(int page)
{
    return words + page * (PAGE / sizeof *words);
}

static uint32_t *map_words(void *at, int flags)
{
    return (uint32_t *)OK(
        mmap(at, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0));
}

static void set_all(uint32_t value)
{
    for (int i = 0; i < PAGES; i++)
        *word(i) = value;
}

static bool are_all(uint32_t value)
{
    bool same = true;
    for (int i = 0; i < PAGES; i++)
        same &= *word(i) == value;
    return same;
}

/* Others run meanwhile. */
static void let_others(void)
{
    sched_yield();
}

static bool keep_one(uint32_t own)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        set_all(own + i);
        let_others();
        if (!are_all(own + i))
            return false;
    }
    return true;
}

static bool map_anew(uint32_t own)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        set_all(own + i);
        let_others();
        map_words((void *)words, MAP_PRIVATE | MAP_FIXED);
        if (!are_all(0))
            return false;
    }
    return true;
}

/* In so many processes at once. */
static void in_processes(bool (*body)(uint32_t))
{
    pid_t child[PROCESSES];
    words = map_words(NULL, MAP_PRIVATE);
    set_all(7);
    for (uint32_t i = 0; i < PROCESSES; i++)
        if ((child[i] = OK(fork())) == 0)
            _exit(are_all(7) && body((i + 1) << 16) ? 0 : 1);
    for (int i = 0; i < PROCESSES; i++)
        EXPECT_EXITS(child[i], 0);
    EXPECT(are_all(7));
}

CHECK(each_process_sees_its_own)
{
    in_processes(keep_one);
}

CHECK(what_is_mapped_anew_is_empty)
{
    in_processes(map_anew);
}

/* ---- several threads of each, which come to cores where the others have been ---- */

struct shared {
    uint32_t turn; /* whose it is, and how many there were */
};

static struct shared *shared;
static bool went_wrong;

static void *change_in_turns(void *argument)
{
    uint32_t me = (uint32_t)(uintptr_t)argument;
    for (uint32_t turn = me; turn < ROUNDS; turn += 2) {
        while (__atomic_load_n(&shared->turn, __ATOMIC_ACQUIRE) != turn)
            let_others();
        if (turn > 0 && !are_all(turn))
            went_wrong = true;
        if (turn % 3 == 0)
            map_words((void *)words, MAP_PRIVATE | MAP_FIXED);
        set_all(turn + 1);
        __atomic_store_n(&shared->turn, turn + 1, __ATOMIC_RELEASE);
    }
    return NULL;
}

static bool two_threads(uint32_t own)
{
    pthread_t thread[2];
    struct shared mine = {0};
    (void)own;
    shared = &mine;
    for (uintptr_t i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, change_in_turns, (void *)i))
            return false;
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    return !went_wrong;
}

CHECK(threads_see_what_the_others_mapped)
{
    in_processes(two_threads);
}

/* ---- copies ---- */

static bool fork_again(uint32_t own)
{
    for (uint32_t i = 0; i < ROUNDS / 10; i++) {
        set_all(own + i);
        pid_t child = fork();
        if (child == 0) {
            bool same = are_all(own + i);
            set_all(1);
            let_others();
            _exit(same && are_all(1) ? 0 : 1);
        }
        int status;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0 || !are_all(own + i))
            return false;
    }
    return true;
}

CHECK(copies_are_apart)
{
    in_processes(fork_again);
}
