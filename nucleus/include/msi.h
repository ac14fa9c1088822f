/* msi.h: message-signalled interrupts. A device writes `data` to `address`, and that is the
 * interrupt: no line, no sharing, and each message its own core.
 *
 * Where there is no hardware for them (a PLIC, an APLIC without IMSICs, a GIC without v2m frame or
 * ITS) nothing can be allocated, and drivers use the device's line. */
#ifndef NUCLEUS_MSI_H
#define NUCLEUS_MSI_H

#include "base.h"

struct core;

struct msi_message {
    uint64_t address; /* physical: of the device's bus, without an IOMMU */
    uint32_t data;
};

/* Allocates a message of this device for this core, to be given to irq_install and written into the
 * device. `device_id` is what the device is called on its bus where messages are told apart by it
 * (an ITS: for PCI the requester id, bus << 8 | device << 3 | function); elsewhere it is ignored.
 * Returns 0, -ENOTSUP (no hardware), -EINVAL (no such core, or one that messages do not reach; a
 * device id beyond what the ITS knows), -ENOSPC (all numbers, vectors or events are taken), -ENOMEM
 * or -EIO (an ITS did not take the command). Thread context; on an ITS it waits for commands. */
int msi_alloc(uint32_t device_id, uint32_t core, struct msi_message *message, uint32_t *irq);

/* Removes the handler as irq_remove does, and frees the number. The device must have been told to
 * stop: a message that it sends now is a stray, or comes to whoever gets the number next. Thread
 * context. */
void msi_free(uint32_t irq);

/* The core that the message goes to; NULL when nobody has allocated this number. Any context. */
struct core *msi_core(uint32_t irq);

#endif
