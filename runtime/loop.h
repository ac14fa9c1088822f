/* loop.h: what C knows of kernel/sched's records. */
#ifndef RUNTIME_LOOP_H
#define RUNTIME_LOOP_H

/* Fields by number: the running task is the first of a core's record (kernel/sched/core.ml), its name the first
 * of a task's (task.ml). */
enum { LOOP_CORE_CURRENT = 0, LOOP_TASK_NAME = 0 };

#endif
