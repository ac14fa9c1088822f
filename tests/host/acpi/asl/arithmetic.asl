// Integers of 64 bits. Each method's result stands behind //=.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "ARITH", 1)
{
    Name (BIG, 0xFFFFFFFFFFFFFFFF)
    Name (SEVN, 7)
    Name (NIL_, 0)

    Method (ADD1) { Return (SEVN + 8) }                        //= 0xf
    Method (ADD2) { Return (BIG + 2) }                         //= 0x1
    Method (ADD3) { Add (SEVN, 1, Local0) Return (Local0) }    //= 0x8
    Method (SUB1) { Return (SEVN - 5) }                        //= 0x2
    Method (SUB2) { Return (NIL_ - 1) }                        //= 0xffffffffffffffff
    Method (MUL1) { Return (SEVN * 6) }                        //= 0x2a
    Method (MUL2) { Return (BIG * BIG) }                       //= 0x1
    Method (DIV1) { Return (SEVN / 2) }                        //= 0x3
    Method (DIV3) { Divide (SEVN, 4, Local0, Local1) Return ((Local0 << 8) | Local1) } //= 0x301
    Method (DIV4) { Return (BIG / 3) }                         //= 0x5555555555555555
    Method (DIV5) { Return (SEVN / NIL_) }                     //= error: division by zero
    Method (MOD1) { Return (SEVN % 4) }                        //= 0x3
    Method (MOD2) { Return (BIG % 10) }                        //= 0x5
    Method (MOD3) { Return (SEVN % NIL_) }                     //= error: division by zero
    Method (AND1) { Return (0xFF & SEVN) }                     //= 0x7
    Method (NAN1) { Return (NAnd (BIG, SEVN)) }                //= 0xfffffffffffffff8
    Method (OR_1) { Return (0xF0 | SEVN) }                     //= 0xf7
    Method (NOR1) { Return (NOr (0xF0, SEVN)) }                //= 0xffffffffffffff08
    Method (XOR1) { Return (0xFF ^ SEVN) }                     //= 0xf8
    Method (NOT1) { Return (~SEVN) }                           //= 0xfffffffffffffff8
    Method (SHL1) { Return (SEVN << 4) }                       //= 0x70
    Method (SHL2) { Local0 = 64 Return (SEVN << Local0) }      //= 0x0
    Method (SHL3) { Return (SEVN << 63) }                      //= 0x8000000000000000
    Method (SHR1) { Return (BIG >> 60) }                       //= 0xf
    Method (SHR2) { Local0 = 64 Return (BIG >> Local0) }       //= 0x0
    Method (SHR3) { Return (BIG >> BIG) }                      //= 0x0
    Method (INC1) { SEVN++ Local0 = SEVN SEVN-- Return (Local0) } //= 0x8
    Method (INC2) { Local0 = BIG Local0++ Return (Local0) }    //= 0x0
    Method (DEC1) { Local0 = NIL_ Local0-- Return (Local0) }   //= 0xffffffffffffffff
    Method (FSL1) { Return (FindSetLeftBit (0x1000)) }         //= 0xd
    Method (FSL2) { Return (FindSetLeftBit (NIL_)) }           //= 0x0
    Method (FSL3) { Return (FindSetLeftBit (BIG)) }            //= 0x40
    Method (FSR1) { Return (FindSetRightBit (0x1800)) }        //= 0xc
    Method (FSR2) { Return (FindSetRightBit (NIL_)) }          //= 0x0
    Method (FSR3) { Return (FindSetRightBit (0x8000000000000000)) } //= 0x40
    Method (BCD1) { Return (ToBCD (1234)) }                    //= 0x1234
    Method (BCD2) { Return (FromBCD (0x1234)) }                //= 0x4d2
    Method (BCD3) { Return (FromBCD (0x12A4)) }                //= error: a BCD digit cannot be 0xa
    Method (BCD4) { Return (ToBCD (9999999999999999)) }        //= 0x9999999999999999
    Method (BCD5) { Return (ToBCD (10000000000000000)) }       //= error: a BCD number cannot be
    Method (ALLS) { Return (Ones) }                            //= 0xffffffffffffffff
    Method (NEST) { Return (((SEVN + 1) * (SEVN - 1)) / (2 + (SEVN % 3))) } //= 0x10
    Method (TGT1) { Local1 = (Local0 = SEVN) + 1 Return ((Local0 << 4) | Local1) } //= 0x78
    Method (TGT2) { Name (TMP, "text") Add (SEVN, 1, TMP) Return (TMP) } //= "0000000000000008"
    Method (QWRD) { Return (0x123456789ABCDEF0) }              //= 0x123456789abcdef0
    Method (WORD) { Return (0xFFFE) }                          //= 0xfffe
    Method (DWRD) { Return (0xFFFFFFFE) }                      //= 0xfffffffe
}
