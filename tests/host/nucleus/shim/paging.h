/* paging.h: stands in for the nucleus's own in host tests: the test says where physical memory is.
 * With HOSTED_PAGING it is the nucleus's own. */
#ifdef HOSTED_PAGING
#include "../../../../nucleus/include/paging.h"
#else
#ifndef SHIM_PAGING_H
#define SHIM_PAGING_H

#include "base.h"

void *phys_to_virt(phys_t addr);

#endif
#endif
