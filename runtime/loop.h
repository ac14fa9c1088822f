/* loop.h: what C knows of kernel/sched's records: fields by number. */
#ifndef RUNTIME_LOOP_H
#define RUNTIME_LOOP_H

/* Of a core (core.ml): when the running turn began, or the first of some quick ones; the running
 * task's id; how many quick turns are left; the drivers' queue; the list of registered tasks. */
enum { LOOP_CORE_SINCE, LOOP_CORE_RUNNING, LOOP_CORE_QUICK, LOOP_CORE_DRIVERS, LOOP_CORE_TASKS };

/* Of a queue (fifo.ml): an array, half its length, where in it who is taken next is. */
enum { LOOP_FIFO_SLOTS, LOOP_FIFO_HALF, LOOP_FIFO_NEXT };

/* Of a task, and of its terms (task.ml). */
enum { LOOP_TASK_TERMS, LOOP_TASK_ID };
enum { LOOP_TERMS_NAME };

/* Whether hal_core_wake came for this core since the last question or wait. */
bool loop_was_woken(void);

/* The calling thread's domain takes part in a collection between the two: the watch over hogs does
 * not count that against the fiber. They nest. */
void loop_collection_begins(void);
void loop_collection_ends(void);

#endif
