// A DSDT of revision 1: integers have 32 bits.
DefinitionBlock ("", "DSDT", 1, "BACTRI", "WIDTH32", 1)
{
    Name (BIG, 0xFFFFFFFF)
    Name (STR, "123456789")
    Name (BUF, Buffer () { 1, 2, 3, 4, 5, 6 })
    Name (FIVE, 5)

    Method (ADD1) { Return (BIG + 2) }                         //= 0x1
    Method (SUB1) { Return (FIVE - 6) }                        //= 0xffffffff
    Method (MUL1) { Return (BIG * 2) }                         //= 0xfffffffe
    Method (NOT1) { Return (~FIVE) }                           //= 0xfffffffa
    Method (SHL1) { Return (FIVE << 31) }                      //= 0x80000000
    Method (SHL2) { Local0 = 32 Return (FIVE << Local0) }      //= 0x0
    Method (ALLS) { Return (Ones) }                            //= 0xffffffff
    Method (LEQ1) { Return (BIG == Ones) }                     //= 0xffffffff
    Method (LAST) { Return (FIVE && BIG) }                     //= 0xffffffff
    Method (STRI) { Return (STR + 0) }                         //= 0x12345678
    Method (BUFI) { Return (BUF + 0) }                         //= 0x4030201
    Method (HEX1) { Return (ToHexString (FIVE)) }              //= "00000005"
    Method (TOB1) { Return (ToBuffer (FIVE)) }                 //= {05 00 00 00}
    Method (CAT1) { Return (Concatenate (FIVE, BIG)) }         //= {05 00 00 00 ff ff ff ff}
    Method (BCD1) { Return (ToBCD (99999999)) }                //= 0x99999999
    Method (MTCH) { Return (Match (Package () { 1 }, MEQ, 5, MTR, 0, 0)) } //= 0xffffffff
    Method (FLD1) {
        CreateField (BUF, 0, 40, FLDA)
        Return (FLDA)
    }                                                          //= {01 02 03 04 05}
    Method (FLD2) {
        CreateDWordField (BUF, 1, FLDB)
        Return (FLDB)
    }                                                          //= 0x5040302
}
