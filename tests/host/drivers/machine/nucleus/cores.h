/* cores.h: stands in for the nucleus's own: a core is a thread. */
#ifndef HOSTED_CORES_H
#define HOSTED_CORES_H

#include "base.h"

struct core {
    uint32_t index;
};

struct core *this_core(void);

#endif
