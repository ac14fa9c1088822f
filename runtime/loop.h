/* loop.h: what C knows of kernel/sched's records: fields by number. */
#ifndef RUNTIME_LOOP_H
#define RUNTIME_LOOP_H

/* Of a core (core.ml): the count of its turns, the running task's id, its tasks and how many they are. */
enum { LOOP_CORE_TURNS, LOOP_CORE_RUNNING, LOOP_CORE_TASKS, LOOP_CORE_NR_TASKS };

/* Of a task (task.ml). */
enum { LOOP_TASK_NAME, LOOP_TASK_ID };

#endif
