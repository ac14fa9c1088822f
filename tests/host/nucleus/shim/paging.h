/* paging.h: stands in for the nucleus's own in host tests: the test says where physical memory is.
 */
#ifndef SHIM_PAGING_H
#define SHIM_PAGING_H

#include "base.h"

void *phys_to_virt(phys_t addr);

#endif
