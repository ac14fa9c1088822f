// References, indexes, arguments.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "REFER", 1)
{
    Name (INT, 5)
    Name (STR, "str")
    Name (BUF, Buffer () { 1, 2, 3 })
    Name (PKG, Package () { 1, "two", Buffer () { 3 }, Package () { 4, 5 } })
    Device (DEV0) { Name (_ADR, 7) }

    Method (SETA, 1) { Arg0 = 7 }
    Method (SETI, 1) { Arg0[0] = 9 }
    Method (GETA, 1) { Return (DerefOf (Arg0)) }
    Method (INCA, 1) { Arg0++ Return (Arg0) }

    Method (IDX1) { Local0 = PKG Local1 = Local0[1] Return (DerefOf (Local1)) } //= "two"
    Method (IDX2) { Return (DerefOf (DerefOf (PKG[3])[1])) }   //= 0x5
    Method (IDX3) { Local0 = PKG Local0[0] = 8 Return (PKG) }  //= [0x1, "two", {03}, [0x4, 0x5]]
    Method (IDX4) { Local0 = PKG Local0[0] = 8 Return (Local0) } //= [0x8, "two", {03}, [0x4, 0x5]]
    Method (IDX5) { Index (PKG, 0, Local0) Return (DerefOf (Local0)) } //= 0x1
    Method (IDX6) { Local0 = PKG Return (DerefOf (Local0[5])) } //= error: index 5 is outside of 4
    Method (IDX7) { Local0 = Package (2) { 1 } Return (DerefOf (Local0[1])) } //= error: the package's element has no value
    Method (IDX8) { Local0 = PKG Local0[3] = Buffer () { 1 } Return (Local0) } //= [0x1, "two", {03}, {01}]
    Method (IDX9) { Local0 = PKG Return (ObjectType (Local0[1])) } //= 0x2
    Method (IDXA) { Local0 = BUF Return (ObjectType (Local0[1])) } //= 0xe
    Method (IDXB) { Local0 = PKG Local1 = Local0[1] Return (SizeOf (Local1)) } //= 0x3

    Method (REF1) { Local0 = 1 SETA (RefOf (Local0)) Return (Local0) } //= 0x7
    Method (REF2) { INT = 1 SETA (RefOf (INT)) Return (INT) }  //= 0x7
    Method (REF3) { INT = 1 SETA (INT) Return (INT) }          //= 0x1
    Method (REF4) { SETI (BUF) Return (BUF) }                  //= {09 02 03}
    Method (REF5) { Local0 = BUF SETI (Local0) Return (Local0) } //= {09 02 03}
    Method (REF6) { SETA (RefOf (STR)) Return (STR) }          //= 0x7
    Method (REF7) { Return (GETA (RefOf (BUF))) }              //= {09 02 03}
    Method (REF8) { INT = 3 Local0 = RefOf (INT) Return (DerefOf (Local0)) } //= 0x3
    Method (REF9) { Return (GETA ("\\INT")) }                  //= 0x3
    Method (REFA) { Return (GETA ("\\NONE")) }                 //= error: there is no \NONE
    Method (REFB) { INT = 3 Local0 = RefOf (INT) Local0 = 4 Return (INT) } //= 0x3
    Method (PAR1) { Return (INCA (5)) }                        //= 0x6
    Method (PAR2) { INT = 5 INCA (INT) Return (INT) }          //= 0x5
    Method (CND1) { Return (CondRefOf (INT)) }                 //= 0xffffffffffffffff
    Method (CND2) { Return (CondRefOf (\NONE)) }               //= 0x0
    Method (CND3) { If (CondRefOf (INT, Local0)) { Return (DerefOf (Local0)) } Return (0) } //= 0x5
    Method (TYP0) { Return (ObjectType (Local0)) }             //= 0x0
    Method (TYP1) { Return (ObjectType (INT)) }                //= 0x1
    Method (TYP2) { Return (ObjectType (PKG)) }                //= 0x4
    Method (TYP3) { Return (ObjectType (DEV0)) }               //= 0x6
    Method (TYP4) { Return (ObjectType (SETA)) }               //= 0x8
    Method (TYP5) { Return (ObjectType (\_SB)) }               //= 0x6
    Method (TYP6) { Return (ObjectType (\_OSI)) }              //= 0x8
    Method (TYP7) { Return (ObjectType (\_GL)) }               //= 0x9
    Method (TYP8) { Local0 = RefOf (STR) Return (ObjectType (Local0)) } //= 0x1
    Method (NADA) { Return (Local0) }                          //= 0x0
    Method (CIRC) { Local0 = RefOf (Local0) Return (ObjectType (Local0)) } //= 0x0 //! it never returns
}
