/* AES's S-box without a table. Source: Boyar and Peralta, "A new combinational logic minimization
 * technique with applications to cryptology", IACR ePrint 2009/191, figures 5 to 7: 115 gates; the
 * names of the values are theirs, and there x0 is the highest bit. */
#include "aes_slices.h"

/* y, sums of input bits: what the two halves of the nonlinear part multiply. */
struct sums {
    slice y[22];
};

static inline struct sums sums_of(const slice x[AES_SLICES])
{
    struct sums s;
    slice *y = s.y, t0 = x[1] ^ x[2];
    y[14] = x[3] ^ x[5];
    y[13] = x[0] ^ x[6];
    y[9] = x[0] ^ x[3];
    y[8] = x[0] ^ x[5];
    y[1] = t0 ^ x[7];
    y[4] = y[1] ^ x[3];
    y[12] = y[13] ^ y[14];
    y[2] = y[1] ^ x[0];
    y[5] = y[1] ^ x[6];
    y[3] = y[5] ^ y[8];
    slice t1 = x[4] ^ y[12];
    y[15] = t1 ^ x[5];
    y[20] = t1 ^ x[1];
    y[6] = y[15] ^ x[7];
    y[10] = y[15] ^ t0;
    y[11] = y[20] ^ y[9];
    y[7] = x[7] ^ y[11];
    y[17] = y[10] ^ y[11];
    y[19] = y[10] ^ y[8];
    y[16] = t0 ^ y[11];
    y[21] = y[13] ^ y[16];
    y[18] = x[0] ^ y[16];
    return s;
}

/* The inverse in GF(2^4) of what the products of the sums add up to: t29, t33, t37, t40. */
struct inverse {
    slice t29, t33, t37, t40;
};

static inline struct inverse invert(const slice y[22], slice x7)
{
    slice t2 = y[12] & y[15], t4 = (y[3] & y[6]) ^ t2, t6 = (y[4] & x7) ^ t2;
    slice t7 = y[13] & y[16], t9 = (y[5] & y[1]) ^ t7, t11 = (y[2] & y[7]) ^ t7;
    slice t12 = y[9] & y[11], t14 = (y[14] & y[17]) ^ t12, t16 = (y[8] & y[10]) ^ t12;
    slice t21 = t4 ^ t14 ^ y[20], t22 = t6 ^ t16 ^ y[19];
    slice t23 = t9 ^ t14 ^ y[21], t24 = t11 ^ t16 ^ y[18];
    slice t25 = t21 ^ t22, t26 = t21 & t23, t27 = t24 ^ t26;
    struct inverse v;
    v.t29 = (t25 & t27) ^ t22;
    v.t33 = ((t22 ^ t26) & (t23 ^ t24)) ^ t24;
    slice t36 = t24 & (t27 ^ v.t33);
    v.t37 = t36 ^ t23 ^ v.t33;
    v.t40 = t25 ^ (v.t29 & (t27 ^ t36));
    return v;
}

/* The products of the inverse with the sums again. */
static inline void multiply(slice z[18], const struct inverse *v, const slice y[22], slice x7)
{
    slice t41 = v->t40 ^ v->t37, t42 = v->t29 ^ v->t33, t43 = v->t29 ^ v->t40;
    slice t44 = v->t33 ^ v->t37, t45 = t42 ^ t41;
    z[0] = t44 & y[15];
    z[1] = v->t37 & y[6];
    z[2] = v->t33 & x7;
    z[3] = t43 & y[16];
    z[4] = v->t40 & y[1];
    z[5] = v->t29 & y[7];
    z[6] = t42 & y[11];
    z[7] = t45 & y[17];
    z[8] = t41 & y[10];
    z[9] = t44 & y[12];
    z[10] = v->t37 & y[3];
    z[11] = v->t33 & y[4];
    z[12] = t43 & y[13];
    z[13] = v->t40 & y[5];
    z[14] = v->t29 & y[2];
    z[15] = t42 & y[9];
    z[16] = t45 & y[14];
    z[17] = t41 & y[8];
}

static inline void result_of(slice s[AES_SLICES], const slice z[18])
{
    slice t46 = z[15] ^ z[16], t47 = z[10] ^ z[11], t48 = z[5] ^ z[13], t49 = z[9] ^ z[10];
    slice t50 = z[2] ^ z[12], t51 = z[2] ^ z[5], t52 = z[7] ^ z[8], t53 = z[0] ^ z[3];
    slice t54 = z[6] ^ z[7], t55 = z[16] ^ z[17], t56 = z[12] ^ t48, t57 = t50 ^ t53;
    slice t58 = z[4] ^ t46, t59 = z[3] ^ t54, t60 = t46 ^ t57, t61 = z[14] ^ t57;
    slice t62 = t52 ^ t58, t63 = t49 ^ t58, t64 = z[4] ^ t59, t65 = t61 ^ t62;
    slice t66 = z[1] ^ t63, t67 = t64 ^ t65;
    s[0] = t59 ^ t63;
    s[6] = t56 ^ ~t62;
    s[7] = t48 ^ ~t60;
    s[3] = t53 ^ t66;
    s[4] = t51 ^ t66;
    s[5] = t47 ^ t65;
    s[1] = t64 ^ ~s[3];
    s[2] = t55 ^ ~t67;
}

void slices_substitute(slice q[AES_SLICES])
{
    slice x[AES_SLICES], z[18];
    for (int i = 0; i < AES_SLICES; i++)
        x[i] = q[7 - i];
    struct sums sums = sums_of(x);
    struct inverse inverse = invert(sums.y, x[7]);
    multiply(z, &inverse, sums.y, x[7]);
    result_of(x, z);
    for (int i = 0; i < AES_SLICES; i++)
        q[i] = x[7 - i];
}

/* The inverse of the S-box's affine part: FIPS 197, 5.3.2. */
static inline void affine_back(slice to[AES_SLICES], const slice from[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++)
        to[i] = from[(i + 2) & 7] ^ from[(i + 5) & 7] ^ from[(i + 7) & 7];
    to[0] = ~to[0];
    to[2] = ~to[2];
}

/* The S-box is the inverse in GF(2^8), then the affine part; what inverts is its own inverse. */
void slices_substitute_back(slice q[AES_SLICES])
{
    slice t[AES_SLICES];
    affine_back(t, q);
    slices_substitute(t);
    affine_back(q, t);
}
