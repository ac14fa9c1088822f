# test.mk: tests of lib/aes_xts and lib/argon2 on this machine, beside Nettle and the reference
# implementation of Argon2.
#
#   make test-host-crypto            all of them; random work for two seconds each
#   make test-host-crypto FUZZ=600   for ten minutes each
#   make bench-crypto                instructions for 4 KiB, and for a key of a password

CRYPTO_DIR     := $(CURDIR)/build/host/crypto
CRYPTO_TESTS   := tests/host/crypto
CRYPTO_AES     := $(addprefix lib/aes_xts/,aes_substitute.c aes_bitsliced.c aes_best.c xts.c \
	arch/$(shell uname -m)/aes_instructions.c)
CRYPTO_ARGON2  := $(addprefix lib/argon2/,blake2b.c argon2_block.c argon2_fill.c)
CRYPTO_HEADERS := $(wildcard lib/aes_xts/*.h lib/aes_xts/arch/*/*.h lib/argon2/*.h \
	tests/*.h tests/host/*.h $(CRYPTO_TESTS)/*.h)
CRYPTO_CFLAGS  := -std=gnu11 -D_GNU_SOURCE -g -Wall -Wextra -Werror -iquote lib/aes_xts \
	-iquote lib/aes_xts/arch/$(shell uname -m) -iquote lib/argon2
CRYPTO_PROGRAM  = @mkdir -p $(@D) && $(PACKAGES) test-crypto >&2
CRYPTO_COMPILE  = $(Q)$(HOSTCC) $(CRYPTO_CFLAGS) -o $@ $(filter %.c,$^)

$(CRYPTO_DIR)/aes_test: $(CRYPTO_TESTS)/aes_test.c $(CRYPTO_AES) $(CRYPTO_HEADERS)
	$(CRYPTO_PROGRAM)
	$(CRYPTO_COMPILE) -O1 $(HOST_SANITIZE) -lnettle

$(CRYPTO_DIR)/argon2_test: $(CRYPTO_TESTS)/argon2_test.c $(CRYPTO_ARGON2) $(CRYPTO_HEADERS)
	$(CRYPTO_PROGRAM)
	$(CRYPTO_COMPILE) -O1 $(HOST_SANITIZE) -largon2

# As the libraries are compiled; static, so that Valgrind has nothing else to look at.
$(CRYPTO_DIR)/secrets_test: $(CRYPTO_TESTS)/secrets_test.c $(CRYPTO_AES) $(CRYPTO_HEADERS)
	$(CRYPTO_PROGRAM)
	$(CRYPTO_COMPILE) -O3 -static

$(CRYPTO_DIR)/cost: $(CRYPTO_TESTS)/cost.c $(CRYPTO_AES) $(CRYPTO_ARGON2) $(CRYPTO_HEADERS)
	$(CRYPTO_PROGRAM)
	$(CRYPTO_COMPILE) -O3 -static

.PHONY: test-host-crypto bench-crypto
test-host-crypto: $(TOOLCHAIN_HOST) $(addprefix $(CRYPTO_DIR)/,aes_test argon2_test secrets_test)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(CRYPTO_DIR)/dune --profile release \
		--display quiet ./$(CRYPTO_TESTS)/crypto_tests.exe >&2
	$(Q)SECRETS=$(CRYPTO_DIR)/secrets_test $(FUZZ_LIMIT) tests/host/nucleus/run.sh \
		$(or $(FUZZ_SECONDS),--seconds 2) -- $(CRYPTO_DIR)/aes_test $(CRYPTO_DIR)/argon2_test \
		$(CRYPTO_TESTS)/secrets.sh $(CRYPTO_DIR)/dune/default/$(CRYPTO_TESTS)/crypto_tests.exe

bench-crypto: $(CRYPTO_DIR)/cost
	$(Q)$(CRYPTO_TESTS)/cost.sh $<
