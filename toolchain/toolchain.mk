# The toolchain: OCaml and musl for $(ARCH), built once into a cache outside the tree (see
# README.md).
#
# Rules that compile or link name the stamp as an ordinary prerequisite: it changes exactly when the
# toolchain does. All paths go through symbolic links in build/toolchain, so they are the same
# before and after the toolchain exists, and reading this file runs nothing.
#
#   TOOLCHAIN        stamp of the toolchain for $(ARCH), the host's part included
#   TOOLCHAIN_HOST   stamp of the host's part alone
#   OCAML_HOST       OCaml for this machine: bin/, lib/ocaml/
#   OCAML_TARGET     OCaml for $(ARCH): bin/, lib/ocaml/. ocamlopt links static programs for Linux;
#                    -cc $(KERNEL_CC) -runtime-variant $(KERNEL_RUNTIME) links kernels
#   OCAML_SOURCE     upstream's runtime/, stdlib/, otherlibs/ and testsuite/, as they came
#   DUNE_HOST, DUNE_TARGET   dune, with the compilers and libraries of the one or the other
#   KERNEL_CC        C compiler with the kernel's flags, headers and libc
#   PROGRAM_CC       C compiler for static programs
#   KERNEL_SYSROOT, PROGRAM_SYSROOT   musl of either flavour: include/, lib/libc.a, lib/crt1.o, ...
#   KERNEL_RUNTIME, PROGRAM_RUNTIME   values for -runtime-variant; with DEBUG=1 the debug runtime.
#                    An empty value is to be passed as well: -runtime-variant '$(PROGRAM_RUNTIME)'
#   PACKAGES         $(PACKAGES) GROUP... installs Debian packages that are missing
#
# Targets: toolchain, toolchain-host, test-host-toolchain.

TOOLCHAIN_LINKS := build/toolchain
TOOLCHAIN       := $(TOOLCHAIN_LINKS)/$(ARCH).stamp
TOOLCHAIN_HOST  := $(TOOLCHAIN_LINKS)/host.stamp

OCAML_HOST   := $(CURDIR)/$(TOOLCHAIN_LINKS)/host
OCAML_TARGET := $(CURDIR)/$(TOOLCHAIN_LINKS)/$(ARCH)
OCAML_SOURCE := $(OCAML_HOST)/src/ocaml
DUNE_HOST    := $(OCAML_HOST)/bin/dune
DUNE_TARGET  := $(OCAML_TARGET)/bin/dune

KERNEL_CC       := $(OCAML_TARGET)/bin/$(ARCH)-bactrian-kernel-cc
PROGRAM_CC      := $(OCAML_TARGET)/bin/$(ARCH)-bactrian-cc
KERNEL_SYSROOT  := $(OCAML_TARGET)/kernel
PROGRAM_SYSROOT := $(OCAML_TARGET)/program
KERNEL_RUNTIME  := _kernel$(if $(DEBUG),d)
PROGRAM_RUNTIME := $(if $(DEBUG),d)

PACKAGES := toolchain/packages.sh

.PHONY: toolchain toolchain-host toolchain-check
toolchain: $(TOOLCHAIN)
toolchain-host: $(TOOLCHAIN_HOST)

# Checked on every run, which costs some 50 ms; written only when the toolchain is another one.
$(TOOLCHAIN): toolchain-check
	$(Q)toolchain/build.sh $(TOOLCHAIN_LINKS) $(ARCH)
$(TOOLCHAIN_HOST): toolchain-check
	$(Q)toolchain/build.sh $(TOOLCHAIN_LINKS) host

.PHONY: test-host-toolchain
test-host-toolchain: $(TOOLCHAIN)
	$(Q)tests/host/toolchain/run.sh cache $(ARCH)
