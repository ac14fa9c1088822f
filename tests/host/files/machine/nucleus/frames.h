/* frames.h: stands in for the nucleus's own: a frame is a page of this machine's heap, and where it
 * is its address. */
#ifndef HOSTED_FRAMES_H
#define HOSTED_FRAMES_H

#include "base.h"

phys_t frames_alloc(unsigned order);
void frames_free(phys_t frame, unsigned order);
void frames_share(phys_t frame);
phys_t frames_alloc_spare(void);
bool frames_to_spare(uint64_t bytes);
uint64_t frames_free_total(void);

#endif
