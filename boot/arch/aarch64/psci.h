/* Power State Coordination Interface (Arm DEN0022). */
#ifndef BOOT_AARCH64_PSCI_H
#define BOOT_AARCH64_PSCI_H

#include "core/machine.h"

#define PSCI_SYSTEM_OFF 0x84000008ULL

/* `method` is START_PSCI_HVC or START_PSCI_SMC. */
int64_t psci_call(enum start_method method, uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#endif
