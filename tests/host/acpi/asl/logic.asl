// Comparisons and logic: true is all ones.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "LOGIC", 1)
{
    Name (ONE_, 1)
    Name (NIL_, 0)
    Name (BIG, 0x8000000000000000)
    Name (ABC, "abc")
    Name (BUF, Buffer () { 1, 2, 3 })

    Method (AND1) { Return (ONE_ && 2) }                       //= 0xffffffffffffffff
    Method (AND2) { Return (ONE_ && NIL_) }                    //= 0x0
    Method (OR_1) { Return (NIL_ || ONE_) }                    //= 0xffffffffffffffff
    Method (OR_2) { Return (NIL_ || NIL_) }                    //= 0x0
    Method (NOT1) { Return (!ONE_) }                           //= 0x0
    Method (NOT2) { Return (!NIL_) }                           //= 0xffffffffffffffff
    Method (EQ_1) { Return (ONE_ == 1) }                       //= 0xffffffffffffffff
    Method (EQ_2) { Return (ONE_ == 2) }                       //= 0x0
    Method (NE_1) { Return (ONE_ != 2) }                       //= 0xffffffffffffffff
    Method (GT_1) { Return (BIG > 1) }                         //= 0xffffffffffffffff
    Method (GT_2) { Return (ONE_ > 1) }                        //= 0x0
    Method (GE_1) { Return (ONE_ >= 1) }                       //= 0xffffffffffffffff
    Method (LT_1) { Return (ONE_ < BIG) }                      //= 0xffffffffffffffff
    Method (LE_1) { Return (ONE_ <= NIL_) }                    //= 0x0
    Method (STR1) { Return (ABC == "abc") }                    //= 0xffffffffffffffff
    Method (STR2) { Return (ABC == "abd") }                    //= 0x0
    Method (STR3) { Return (ABC < "abd") }                     //= 0xffffffffffffffff
    Method (STR4) { Return (ABC > "ab") }                      //= 0xffffffffffffffff
    Method (STR5) { Return (ABC < "b") }                       //= 0xffffffffffffffff
    Method (BUF1) { Return (BUF == Buffer () { 1, 2, 3 }) }    //= 0xffffffffffffffff
    Method (BUF2) { Return (BUF < Buffer () { 1, 2, 4 }) }     //= 0xffffffffffffffff
    Method (BUF3) { Return (BUF > Buffer () { 1, 2 }) }        //= 0xffffffffffffffff
    Method (MIX1) { Local0 = "10" Return (16 == Local0) }      //= 0xffffffffffffffff
    Method (MIX2) { Local0 = 1 Return ("0000000000000001" == Local0) } //= 0xffffffffffffffff
    Method (MIX3) { Local0 = Buffer () { 0x10 } Return (16 == Local0) } //= 0xffffffffffffffff
    Method (MIX4) { Local0 = "12" Return (BUF == Local0) }     //= 0x0
    Method (MIX5) { Return (ABC && ONE_) }                     //= 0xffffffffffffffff
    Method (PKG1) { Local0 = Package () { 1 } Return (Local0 == Local0) } //= error: wanted
}
