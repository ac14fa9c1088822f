// Conversions, implicit and explicit.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "CONVERT", 1)
{
    Name (EMPT, "")
    Name (HEX, "0x1F")
    Name (DEC, "  12zz")
    Name (LONG, "123456789ABCDEF0123")
    Name (BUF, Buffer () { 1, 2, 0xAB })
    Name (NOBU, Buffer (0) {})
    Name (FOUR, Buffer (4) { 1, 2, 3, 4 })
    Name (NINE, Buffer () { 1, 2, 3, 4, 5, 6, 7, 8, 9 })
    Name (INT, 5)
    Name (TEXT, "text")

    Method (IMP1) { Return (EMPT + 1) }                        //= 0x1
    Method (IMP2) { Return (HEX + 1) }                         //= 0x20
    Method (IMP3) { Return (DEC + 1) }                         //= 0x13
    Method (IMP4) { Return (LONG + 0) }                        //= 0x123456789abcdef0
    Method (IMP5) { Return (BUF + 1) }                         //= 0xab0202
    Method (IMP6) { Return (NOBU + 1) }                        //= error: wanted an integer
    Method (IMP7) { Return (NINE + 0) }                        //= 0x807060504030201

    Method (INT1) { Return (ToInteger ("12")) }                //= 0xc
    Method (INT2) { Return (ToInteger ("0x12")) }              //= 0x12
    Method (INT3) { Return (ToInteger ("12z")) }               //= 0xc
    Method (INT4) { Return (ToInteger (EMPT)) }                //= 0x0
    Method (INT5) { Return (ToInteger ("18446744073709551615")) } //= 0xffffffffffffffff
    Method (INT6) { Return (ToInteger (BUF)) }                 //= 0xab0201
    Method (INT7) { ToInteger (HEX, Local0) Return (Local0) }  //= 0x1f

    Method (HEX1) { Return (ToHexString (0x1F)) }              //= "000000000000001F"
    Method (HEX2) { Return (ToHexString (BUF)) }               //= "0x01,0x02,0xAB"
    Method (HEX3) { Return (ToHexString (NOBU)) }              //= ""
    Method (HEX4) { Return (ToHexString (TEXT)) }              //= "text"
    Method (DEC1) { Return (ToDecimalString (BUF)) }           //= "1,2,171"
    Method (DEC2) { Return (ToDecimalString (0)) }             //= "0"
    Method (DEC3) { Return (ToDecimalString (0xFFFFFFFFFFFFFFFF)) } //= "18446744073709551615"
    Method (BUF1) { Return (ToBuffer (EMPT)) }                 //= {00}
    Method (BUF2) { Return (ToBuffer ("ab")) }                 //= {61 62 00}
    Method (BUF3) { Return (ToBuffer (0x1234)) }               //= {34 12 00 00 00 00 00 00}
    Method (BUF4) { Return (ToBuffer (BUF)) }                  //= {01 02 ab}
    Method (STR1) { Return (ToString (Buffer () { 0x41, 0x42, 0, 0x43 })) } //= "AB"
    Method (STR2) { Return (ToString (Buffer () { 0x41, 0x42, 0x43 }, 2)) } //= "AB"
    Method (STR3) { Return (ToString (Buffer () { 0x41, 0x42, 0x43 }, 9)) } //= "ABC"

    // Storing: a named object keeps its type.
    Method (STO1) { FOUR = 0x1122334455667788 Return (FOUR) }  //= {88 77 66 55}
    Method (STO2) { Local0 = Buffer () { 9, 9 } FOUR = Local0 Return (FOUR) } //= {09 09 00 00}
    Method (STO3) { FOUR = "ABCDEF" Return (FOUR) }            //= {41 42 43 44}
    Method (STO4) { TEXT = Buffer () { 9, 10 } Return (TEXT) } //= "0x09 0x0A"
    Method (STO5) { TEXT = 0x1F Return (TEXT) }                //= "000000000000001F"
    Method (STO6) { INT = "1F" Return (INT) }                  //= 0x1f
    Method (STO7) { Local0 = Package () { 1 } INT = Local0 Return (INT) } //= error: wanted an integer
    Method (STO8) { NOBU = "ab" Return (NOBU) }                //= {61 62 00}
    Method (STO9) { TEXT = "a longer one" Return (TEXT) }      //= "a longer one"
    Method (CPY1) { CopyObject ("text", INT) Return (INT) }    //= "text"
    Method (CPY2) { CopyObject (Package () { 1, 2 }, INT) Return (INT) } //= [0x1, 0x2]
    Method (CPY3) { CopyObject (5, INT) Return (INT) }         //= 0x5
}
