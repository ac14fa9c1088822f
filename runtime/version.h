/* version.h: what we are. */
#ifndef RUNTIME_VERSION_H
#define RUNTIME_VERSION_H

#define BACTRIAN_VERSION "0.1.0"

/* argv[0], and the name of the kernel's own file in its root directory. */
#define PROGRAM_NAME "bactrian"

#if defined(__x86_64__)
#define BACTRIAN_ARCH "x86_64"
#elif defined(__aarch64__)
#define BACTRIAN_ARCH "aarch64"
#else
#define BACTRIAN_ARCH "riscv64"
#endif

#endif
