/*
 * The part of Linux's futex interface that the OCaml runtime uses. musl installs no linux/ headers,
 * and without this one the runtime's barriers fall back on a mutex and a condition variable.
 * Values: futex(2), FUTEX_WAIT and FUTEX_WAKE with FUTEX_PRIVATE_FLAG (128).
 */
#ifndef _LINUX_FUTEX_H
#define _LINUX_FUTEX_H

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

#endif
