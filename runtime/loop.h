/* loop.h: what C knows of kernel/sched's records: fields by number. */
#ifndef RUNTIME_LOOP_H
#define RUNTIME_LOOP_H

/* Of a core (core.ml): when the running turn began, the running task's id, the list of its tasks. */
enum { LOOP_CORE_SINCE, LOOP_CORE_RUNNING, LOOP_CORE_TASKS };

/* Of a task, and of its terms (task.ml). */
enum { LOOP_TASK_TERMS, LOOP_TASK_ID };
enum { LOOP_TERMS_NAME };

#endif
