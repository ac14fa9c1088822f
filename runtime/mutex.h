/* mutex.h: what condition variables ask of mutexes. */
#ifndef RUNTIME_MUTEX_H
#define RUNTIME_MUTEX_H

#include <pthread.h>
#include "base.h"

/* Has up to `count` threads that wait for a word wait for the mutex: they wake one by one, as it gets free. Returns
 * how many there were. */
unsigned mutex_move_waiters(pthread_mutex_t *m, const int32_t *from, unsigned count);

/* pthread_mutex_lock for one of these. */
int mutex_lock_moved(pthread_mutex_t *m);

#endif
