/* mutex.h: what condition variables ask of mutexes. */
#ifndef RUNTIME_MUTEX_H
#define RUNTIME_MUTEX_H

#include <pthread.h>
#include "base.h"

/* The word that who waits for the mutex waits on. */
static inline int *mutex_word(pthread_mutex_t *m) { return (int *)&m->__u.__vi[1]; }

/* So many threads more wait on its word: they wake one by one, as it gets free. */
void mutex_adopt_waiters(pthread_mutex_t *m, unsigned count);

/* pthread_mutex_lock for one of these. */
int mutex_lock_moved(pthread_mutex_t *m);

#endif
