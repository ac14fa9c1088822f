/* mirror.h: the latest output, kept for whoever shows it elsewhere than on the serial line. */
#ifndef NUCLEUS_MIRROR_H
#define NUCLEUS_MIRROR_H

#include "base.h"

/* All with the console's lock held. */

void mirror_put(char c);

/* Records EVENT_MIRROR when there is output that mirror_take's caller waits for. */
void mirror_tell(void);

/* Takes at most `size` bytes, the oldest first. 0: there are none, and mirror_tell will tell. */
size_t mirror_take(char *bytes, size_t size);

#endif
