/* octets_stubs.c: what lib/octets does with many bytes. Freestanding but for memmove. The OCaml side has checked every
 * range, and asks for 64 KiB at most; no stub allocates, so nothing moves. Source of the sum: RFC 1071. */
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

/* The ones' complement sum in the machine's own byte order: 2^32 at most for each four bytes, so 64 KiB do not overflow. */
static uint64_t native_sum(const uint8_t *byte, size_t length)
{
    uint64_t sum = 0;
    uint32_t word;
    for (; length >= 4; byte += 4, length -= 4) {
        memcpy(&word, byte, 4);
        sum += word;
    }
    if (length > 0) {
        word = 0;
        memcpy(&word, byte, length);
        sum += word;
    }
    return sum;
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
