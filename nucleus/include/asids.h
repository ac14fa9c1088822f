/* asids.h: the numbers by which a core's TLB tells address spaces apart, so that it need not forget
 * one to enter another (x86_64: PCIDs; aarch64 and riscv64: ASIDs).
 *
 * A number is a core's own: the same one may be another space's on another core (Arm ARM D8.16.3,
 * without CnP; RISC-V Privileged Architecture 10.2.1; Intel SDM volume 3, 4.10.1). A core has few,
 * and gives them in turn. Each change of a space's pages has a number in a row, its generation:
 * what a core remembers of the space is right when it has forgotten as often as there were changes.
 * A core that is in the space is asked to; one that is not finds out when it enters.
 *
 * The caller is the core, with interrupts off. */
#ifndef NUCLEUS_ASIDS_H
#define NUCLEUS_ASIDS_H

#include "base.h"

#define ASIDS_MAX 8

struct asids {
    unsigned count; /* numbers from 1 to here; 0 is for being in no space */
    unsigned last;  /* the one that was given last */
    struct {
        uint64_t space, generation; /* of spaces by numbers of their own, from 1 on */
    } known[ASIDS_MAX];
};

/* The core has so many numbers besides 0; with less than one of them, as when it has none, all
 * spaces share number 1. */
void asids_init(struct asids *s, unsigned count);

/* The number of the space from now on. Unless *keeps, what the core remembers by it is to be
 * forgotten. */
unsigned asids_take(struct asids *s, uint64_t space, uint64_t generation, bool *keeps);

/* The core has forgotten what the change that made this generation concerned. */
void asids_forgot(struct asids *s, uint64_t space, uint64_t generation);

#endif
