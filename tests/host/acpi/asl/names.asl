// The namespace: search rules, aliases, scopes, what is always there.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "NAMES", 1)
{
    Name (OUTR, 1)
    Name (BOTH, 1)
    Scope (\_SB) {
        Name (BOTH, 2)
        Device (DEV0) {
            Name (_HID, EisaId ("PNP0A08"))
            Name (BOTH, 3)
            Method (SELF) { Return (BOTH) }
            Method (PARE) { Return (^BOTH) }
            Method (UPUP) { Return (^^BOTH) }
            Method (ROOT) { Return (\BOTH) }
            Method (SRCH) { Return (OUTR) }
            Device (DEV1) { Method (DEEP) { Return (BOTH) } }
            Alias (BOTH, OTHR)
        }
        ThermalZone (TZ00) { Name (_TZP, 5) }
        PowerResource (PWR0, 1, 2) { Name (STAT, 1) }
        Processor (CPU0, 0, 0x410, 6) { Name (PNUM, 7) }
    }
    Alias (\_SB.DEV0, SHRT)
    Method (NAM1) { Return (\_SB.DEV0.SELF ()) }               //= 0x3
    Method (NAM2) { Return (\_SB.DEV0.PARE ()) }               //= 0x3
    Method (NAM3) { Return (\_SB.DEV0.UPUP ()) }               //= 0x2
    Method (NAM4) { Return (\_SB.DEV0.ROOT ()) }               //= 0x1
    Method (NAM5) { Return (\_SB.DEV0.SRCH ()) }               //= 0x1
    Method (NAM6) { Return (\_SB.DEV0.DEV1.DEEP ()) }          //= 0x3
    Method (NAM7) { Return (\_SB.DEV0.OTHR) }                  //= 0x3
    Method (NAM8) { \_SB.DEV0.OTHR = 8 Local0 = \_SB.DEV0.BOTH \_SB.DEV0.BOTH = 3 Return (Local0) } //= 0x8
    Method (NAM9) { Return (\_SB.DEV0._HID) }                  //= 0x80ad041
    Method (NAMA) { Return (\_SB.TZ00._TZP) }                  //= 0x5
    Method (NAMB) { Return (\_SB.PWR0.STAT) }                  //= 0x1
    Method (NAMC) { Return (\_SB.CPU0.PNUM) }                  //= 0x7
    Method (NAMD) { Return (Package () { OUTR, \_SB.DEV0, "x" }) } //= [0x1, \_SB.DEV0, "x"]
    Method (TYPA) { Return (ObjectType (\_SB.TZ00)) }          //= 0xd
    Method (TYPB) { Return (ObjectType (\_SB.PWR0)) }          //= 0xb
    Method (TYPC) { Return (ObjectType (\_SB.CPU0)) }          //= 0xc
    Method (REV_) { Return (\_REV) }                           //= 0x2
    Method (OS__) { Return (\_OS) }                            //= "Microsoft Windows NT"
    Method (OSI1) { Return (\_OSI ("Windows 2015")) }          //= 0xffffffffffffffff
    Method (OSI2) { Return (\_OSI ("Linux")) }                 //= 0x0
    // Code outside of methods.
    If (OUTR == 1) { Name (COND, 11) } Else { Name (COND, 12) }
    Method (MOD1) { Return (COND) }                            //= 0xb
    External (\_SB.NOPE, IntObj)
    Method (EXT1) { Return (CondRefOf (\_SB.NOPE)) }           //= 0x0
    Method (EXT2) { Return (\_SB.NOPE) }                       //= error: there is no \_SB.NOPE
    // Defined after the package that names it.
    Name (FWD, Package () { LATE, 2 })
    Name (LATE, 17)
    Method (FWD1) { Return (FWD) }                             //= [0x11, 0x2]
    Method (FWD2) { Return (DerefOf (FWD[0])) }                //= 0x11
}
