/* device.h: stands in for the nucleus's own: devices are played by threads. */
#ifndef HOSTED_DEVICE_H
#define HOSTED_DEVICE_H

#include "base.h"

static inline void device_barrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void device_write_barrier(void)
{
    device_barrier();
}

static inline void device_read_barrier(void)
{
    device_barrier();
}

#endif
