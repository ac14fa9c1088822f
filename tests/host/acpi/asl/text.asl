// Strings and buffers.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "TEXT", 1)
{
    Name (AB, "ab")
    Name (BUF, Buffer () { 1, 2, 0xAB })
    Name (LINE, "abcdef")

    Method (CAT1) { Local1 = 0x1F Return (Concatenate (AB, Local1)) } //= "ab000000000000001F"
    Method (CAT2) { Return (Concatenate (AB, BUF)) }           //= "ab0x01 0x02 0xAB"
    Method (CAT3) { Local0 = 1 Return (Concatenate (Local0, 2)) } //= {01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00}
    Method (CAT4) { Local0 = 1 Return (Concatenate (Local0, "2F")) } //= {01 00 00 00 00 00 00 00 2f 00 00 00 00 00 00 00}
    Method (CAT5) { Return (Concatenate (BUF, "2F")) }         //= {01 02 ab 32 46 00}
    Method (CAT6) { Return (Concatenate (BUF, 5)) }            //= {01 02 ab 05 00 00 00 00 00 00 00}
    Method (CAT7) { Return (Concatenate (AB, "cd", Local0)) }  //= "abcd"
    Method (CAT8) { Local0 = AB Concatenate (Local0, Local0, Local0) Return (Local0) } //= "abab"
    Method (MID1) { Return (Mid (LINE, 2, 3)) }                //= "cde"
    Method (MID2) { Return (Mid (LINE, 5, 3)) }                //= "f"
    Method (MID3) { Return (Mid (LINE, 9, 3)) }                //= ""
    Method (MID4) { Return (Mid (BUF, 1, 9)) }                 //= {02 ab}
    Method (MID5) { Return (Mid (LINE, 0, Ones)) }             //= "abcdef"
    Method (SIZ1) { Return (SizeOf (LINE)) }                   //= 0x6
    Method (SIZ2) { Return (SizeOf (BUF)) }                    //= 0x3
    Method (SIZ3) { Local0 = Buffer (10) { 1 } Return (SizeOf (Local0)) } //= 0xa
    Method (SIZ4) { Local0 = Package (4) { 1 } Return (SizeOf (Local0)) } //= 0x4
    Method (IDX1) { Return (DerefOf (LINE[1])) }               //= 0x62
    Method (IDX2) { LINE[1] = 0x42 Return (LINE) }             //= "aBcdef"
    Method (IDX3) { BUF[0] = 0x1FF Return (BUF) }              //= {ff 02 ab}
    Method (IDX4) { Return (DerefOf (BUF[3])) }                //= error: index 3 is outside of 3
    Method (IDX5) { BUF[0] = "z" Return (DerefOf (BUF[0])) }   //= 0x7a
    Method (VARB) { Local0 = 5 Return (Buffer (Local0) { 1, 2 }) } //= {01 02 00 00 00}
    Method (LOOP) {
        Local0 = ""
        Local1 = 0
        While (Local1 < 4) {
            Local0 = Concatenate (Local0, "x")
            Local1++
        }
        Return (Local0)
    }                                                          //= "xxxx"
    Name (RTA, ResourceTemplate () { IRQNoFlags () { 5 } })
    Name (RTB, ResourceTemplate () { IO (Decode16, 0x60, 0x60, 1, 1) })
    Method (RTC1) { Return (ConcatenateResTemplate (RTA, RTB)) } //= {22 20 00 47 01 60 00 60 00 01 01 79 00}
    Method (RTC2) { Return (ConcatenateResTemplate (RTA, Buffer () { 1, 2, 3 })) } //= error: wanted a resource template
}
