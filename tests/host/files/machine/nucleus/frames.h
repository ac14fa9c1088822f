/* frames.h: stands in for the nucleus's own: a frame is a page of this machine's heap, and where it is its address. */
#ifndef HOSTED_FRAMES_H
#define HOSTED_FRAMES_H

#include "base.h"

phys_t frames_alloc(unsigned order);
void frames_free(phys_t frame, unsigned order);
void frames_share(phys_t frame);
uint64_t frames_free_total(void);

#endif
