/* octets_stubs.c: what lib/octets does with many bytes. Freestanding but for memcpy and memmove.
 * The OCaml side has checked every range, and asks for 64 KiB at most; no stub allocates, so
 * nothing moves. Source of the sum: RFC 1071. */
#include <caml/bigarray.h>
#include <caml/mlvalues.h>
#include <stdint.h>
#include <string.h>

static uint8_t *at(value memory, value offset)
{
    return (uint8_t *)Caml_ba_data_val(memory) + Long_val(offset);
}

value octets_copy_in(value bytes, value from, value memory, value offset, value length)
{
    memcpy(at(memory, offset), Bytes_val(bytes) + Long_val(from), (size_t)Long_val(length));
    return Val_unit;
}

value octets_copy_out(value memory, value offset, value bytes, value to, value length)
{
    memcpy(Bytes_val(bytes) + Long_val(to), at(memory, offset), (size_t)Long_val(length));
    return Val_unit;
}

value octets_move(value source, value from, value memory, value offset, value length)
{
    memmove(at(memory, offset), at(source, from), (size_t)Long_val(length));
    return Val_unit;
}

/* The ones' complement sum in the machine's own byte order. Each half of a word adds less than
 * 2^32, so that 64 KiB do not overflow. */
static uint64_t native_sum(const uint8_t *byte, size_t length)
{
    uint64_t low = 0, high = 0, word;
    for (; length >= 8; byte += 8, length -= 8) {
        memcpy(&word, byte, 8);
        low += word & 0xffffffff;
        high += word >> 32;
    }
    word = 0;
    memcpy(&word, byte, length);
    return low + high + (word & 0xffffffff) + (word >> 32);
}

value octets_sum(value memory, value offset, value length)
{
    uint64_t sum = native_sum(at(memory, offset), (size_t)Long_val(length));
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    sum = ((sum & 0xff) << 8) | (sum >> 8);
#endif
    return Val_long((long)sum);
}
