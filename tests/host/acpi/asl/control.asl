// Control flow and calls.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "CONTROL", 1)
{
    Name (SUM, 0)
    Method (IF_1, 1) {
        If (Arg0 == 1) { Return (10) }
        ElseIf (Arg0 == 2) { Return (20) }
        Else { Return (30) }
    }
    Method (IF_2) { Return (IF_1 (1)) }                        //= 0xa
    Method (IF_3) { Return (IF_1 (2)) }                        //= 0x14
    Method (IF_4) { Return (IF_1 (3)) }                        //= 0x1e
    Method (IF_5) { Local0 = 5 If (Local0) { Local0 = 6 } Return (Local0) } //= 0x6
    Method (WHL1) {
        Local0 = 0
        Local1 = 0
        While (Local0 < 10) {
            Local0++
            If (Local0 == 3) { Continue }
            If (Local0 == 8) { Break }
            Local1 += Local0
        }
        Return ((Local0 << 8) | Local1)
    }                                                          //= 0x819
    Method (WHL2) {
        Local0 = 0
        Local1 = 0
        While (Local0 < 4) {
            Local2 = 0
            While (One) {
                If (Local2 == Local0) { Break }
                Local2++
                Local1++
            }
            Local0++
        }
        Return (Local1)
    }                                                          //= 0x6
    Method (WHL3) { While (One) { Return (5) } Return (6) }    //= 0x5
    Method (SWT1, 1) {
        Switch (ToInteger (Arg0)) {
            Case (1) { Return (11) }
            Case (Package () { 2, 3 }) { Return (23) }
            Default { Return (99) }
        }
        Return (0)
    }
    Method (SWT2) { Return (SWT1 (1)) }                        //= 0xb
    Method (SWT3) { Return (SWT1 (3)) }                        //= 0x17
    Method (SWT4) { Return (SWT1 (7)) }                        //= 0x63
    Method (FACT, 1) { If (Arg0 < 2) { Return (1) } Return (Arg0 * FACT (Arg0 - 1)) }
    Method (REC1) { Return (FACT (10)) }                       //= 0x375f00
    Method (ARGS, 7) { Return ((Arg0 + (Arg1 * 2)) + ((Arg2 * 4) + ((Arg3 * 8) + ((Arg4 * 16) + ((Arg5 * 32) + (Arg6 * 64)))))) }
    Method (CAL1) { Return (ARGS (1, 1, 0, 1, 0, 1, 1)) }      //= 0x6b
    Method (CAL2) { Return (ARGS (FACT (3), 0, 0, 0, 0, 0, FACT (2))) } //= 0x86
    Method (TMP1) { Name (TMP, 3) TMP += 1 Return (TMP) }      //= 0x4
    Method (TMP2) { TMP1 () Return (TMP1 ()) }                 //= 0x4
    Method (TMP3) { Return (CondRefOf (\TMP1.TMP)) }           //= 0x0
    Method (NOP1) { NoOp Return (1) }                          //= 0x1
    Method (VOID) { }                                          //= - //! it returns zero
    Method (VOI2, 0, Serialized) { SUM = 9 }
    Method (VOI3) { VOI2 () Return (SUM) }                     //= 0x9
    Method (LOC8) {
        Local0 = 1 Local1 = 2 Local2 = 3 Local3 = 4 Local4 = 5 Local5 = 6 Local6 = 7 Local7 = 8
        Return ((((((((Local0 + Local1) + Local2) + Local3) + Local4) + Local5) + Local6) + Local7))
    }                                                          //= 0x24
    Method (FATL) { Fatal (1, 2, 3) Return (0) }                  //= error: the firmware gives up //! its host goes on
    Method (BRKP) { BreakPoint Return (2) }                    //= 0x2 //! it waits for a debugger
}
