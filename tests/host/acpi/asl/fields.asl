// Fields of regions, by index and bank, and of buffers. Memory is zeros at first.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "FIELDS", 1)
{
    OperationRegion (MEM, SystemMemory, 0x10000, 0x40)
    Field (MEM, ByteAcc, NoLock, Preserve) { BYT0, 8, BYT1, 8, , 4, NIBB, 4, WRD0, 16, CROS, 12, , 4 }
    Field (MEM, DWordAcc, NoLock, Preserve) { DWD0, 32, DWD1, 32, Offset (0x10), SPAN, 40, LONG, 72 }
    Field (MEM, WordAcc, NoLock, WriteAsOnes) { Offset (0x20), , 4, ONZS, 4 }
    Field (MEM, WordAcc, NoLock, WriteAsZeros) { Offset (0x22), , 4, ZERS, 4 }
    Field (MEM, ByteAcc, NoLock, Preserve) { Offset (0x20), RAWO, 16, RAWZ, 16 }
    Field (MEM, QWordAcc, NoLock, Preserve) { Offset (0x28), QWD0, 64 }
    Field (MEM, AnyAcc, Lock, Preserve) { Offset (0x30), ANY0, 3, ANY1, 13 }
    OperationRegion (IOP, SystemIO, 0x500, 0x10)
    Field (IOP, ByteAcc, NoLock, Preserve) { PRT0, 8, PRT1, 8 }

    Method (BYT_) { BYT0 = 0x12 BYT1 = 0x34 Return ((BYT1 << 8) | BYT0) } //= 0x3412
    Method (DWD_) { Return (DWD0 & 0xFFFF) }                   //= 0x3412
    Method (NIB_) { NIBB = 0x1F Return (DWD0) }                 //= 0xf03412
    Method (WRD_) { WRD0 = 0xABCD Return (DWD0) }              //= 0xcdf03412
    Method (WRD1) { Return (WRD0) }                            //= 0xabcd
    Method (CRO_) { CROS = 0xFFF Return (DWD1) }               //= 0xfffab
    Method (SPN1) { SPAN = 0x123456789A Return (SPAN) }        //= 0x123456789a
    Method (SPN2) { SPAN = "12" Return (SPAN) }                //= 0x3231
    Method (LNG1) { LONG = Buffer () { 1, 2, 3, 4, 5, 6, 7, 8, 9 } Return (LONG) } //= {01 02 03 04 05 06 07 08 09}
    Method (LNG2) { LONG = 0x1122 Return (LONG) }              //= {22 11 00 00 00 00 00 00 00}
    Method (LNG3) { Return (SizeOf (LONG)) }                   //= 0x9 //! it wants no field
    Method (UPD1) { ONZS = 0 Return (RAWO) }                   //= 0xff0f
    Method (UPD2) { RAWZ = 0xFFFF ZERS = 5 Return (RAWZ) }     //= 0x50
    Method (QWD_) { QWD0 = 0x1122334455667788 Return (QWD0) }  //= 0x1122334455667788
    Method (ANY_) { ANY0 = 5 ANY1 = 0x1FFF Return ((ANY1 << 4) | ANY0) } //= 0x1fff5
    Method (PRT_) { PRT0 = 0x55 PRT1 = 0xAA Return (PRT0 + PRT1) } //= 0xff
    Method (TYPE) { Return (ObjectType (BYT0)) }               //= 0x5

    OperationRegion (BNK, SystemMemory, 0x20000, 0x10)
    Field (BNK, ByteAcc, NoLock, Preserve) { SEL, 8, , 8, BDAT, 8 }
    BankField (BNK, SEL, 3, ByteAcc, NoLock, Preserve) { Offset (2), BNKA, 8 }
    BankField (BNK, SEL, 4, ByteAcc, NoLock, Preserve) { Offset (2), BNKB, 4, BNKC, 4 }
    Method (BNK1) { BNKA = 0x77 Return ((SEL << 8) | BDAT) }   //= 0x377
    Method (BNK2) { BNKB = 0x1 Return ((SEL << 8) | BDAT) }    //= 0x471

    OperationRegion (IDX, SystemIO, 0x70, 2)
    Field (IDX, ByteAcc, NoLock, Preserve) { INDX, 8, DATA, 8 }
    IndexField (INDX, DATA, ByteAcc, NoLock, Preserve) { Offset (5), IDXA, 8, IDXB, 16 }
    Method (IDX1) { IDXA = 0x42 Return ((INDX << 8) | DATA) }  //= 0x542
    Method (IDX2) { IDXB = 0x4321 Return ((INDX << 8) | DATA) } //= 0x743

    Name (BUF, Buffer (16) { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99 })
    CreateBitField (BUF, 1, BIT1)
    CreateByteField (BUF, 1, BBYT)
    CreateWordField (BUF, 1, BWRD)
    CreateDWordField (BUF, 1, BDWD)
    CreateQWordField (BUF, 1, BQWD)
    CreateField (BUF, 4, 12, BNYB)
    CreateField (BUF, 3, 69, BLNG)
    Method (BUF1) { Return (BBYT) }                            //= 0x22
    Method (BUF2) { Return (BWRD) }                            //= 0x3322
    Method (BUF3) { Return (BDWD) }                            //= 0x55443322
    Method (BUF4) { Return (BQWD) }                            //= 0x9988776655443322
    Method (BUF5) { Return (BNYB) }                            //= {21 02}
    Method (BUF6) { Return (BIT1) }                            //= 0x0
    Method (BUF7) { BIT1 = 1 Return (DerefOf (BUF[0])) }       //= 0x13
    Method (BUF8) { BNYB = 0xFFF Return (BWRD) }               //= 0x33ff
    Method (BUF9) { Return (SizeOf (BUF)) }                    //= 0x10
    Method (BUFA) { BLNG = 0 BLNG = Ones Return (BLNG) }       //= {ff ff ff ff ff ff ff ff 00}
    Method (BUFB) { Return (ObjectType (BWRD)) }               //= 0xe
    Method (BUFC, 0, Serialized) {
        Local0 = Buffer (4) { 1, 2, 3, 4 }
        CreateWordField (Local0, 2, TAIL)
        TAIL = 0xBEEF
        Return (Local0)
    }                                                          //= {01 02 ef be}
    Method (BUFD, 0, Serialized) {
        Local0 = Buffer (4) { 1, 2, 3, 4 }
        Local1 = 3
        CreateWordField (Local0, Local1, TAIL)
        Return (Local0)
    }                                                          //= error: index 40 is outside of 32
    OperationRegion (SMAL, SystemMemory, 0x30000, 2)
    Field (SMAL, ByteAcc, NoLock, Preserve) { SML0, 8, SML1, 8 }
    Field (SMAL, ByteAcc, NoLock, Preserve) { Offset (2), BEYO, 8 }
    Method (BEY1) { Return (BEYO) }                            //= error: index 2 is outside of 2
}
