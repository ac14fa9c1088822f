// Packages, Match, mutexes, events.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "PACKAGES", 1)
{
    Name (PKG, Package () { 1, 5, "x", 9, 12 })
    Name (NEST, Package (3) { Package () { 1, 2 }, Package () {} })
    Mutex (MTX0, 3)
    Event (EVT0)
    Method (PKG1) { Return (PKG) }                             //= [0x1, 0x5, "x", 0x9, 0xc]
    Method (PKG2) { Return (NEST) }                            //= [[0x1, 0x2], [], -]
    Method (PKG3) { Local0 = 2 Return (Package (Local0) { 7, 8 }) } //= [0x7, 0x8]
    Method (PKG4) { Return (SizeOf (NEST)) }                   //= 0x3
    Method (PKG5) { Local0 = NEST Local0[2] = PKG Return (DerefOf (DerefOf (Local0[2])[2])) } //= "x"
    Method (MAT1) { Return (Match (PKG, MEQ, 5, MTR, 0, 0)) }  //= 0x1
    Method (MAT2) { Return (Match (PKG, MGT, 5, MTR, 0, 0)) }  //= 0x3
    Method (MAT3) { Return (Match (PKG, MGE, 5, MLT, 9, 0)) }  //= 0x1
    Method (MAT4) { Return (Match (PKG, MLE, 5, MTR, 0, 2)) }  //= 0x2
    Method (MAT5) { Return (Match (PKG, MEQ, 99, MTR, 0, 0)) } //= 0xffffffffffffffff
    Method (MAT6) { Return (Match (PKG, MEQ, "x", MTR, 0, 0)) } //= 0x2
    Method (MAT7) { Return (Match (PKG, MGT, 9, MLT, 13, 0)) } //= 0x4
    Method (MTX1) { Local0 = Acquire (MTX0, 0xFFFF) Release (MTX0) Return (Local0) } //= 0x0
    Method (MTX2) { Acquire (MTX0, 0xFFFF) Acquire (MTX0, 0xFFFF) Release (MTX0) Release (MTX0) Return (1) } //= 0x1
    Method (MTX3) { Release (MTX0) Return (1) }                //= error: \MTX0 is not held
    Method (EVT1) { Signal (EVT0) Return (Wait (EVT0, 0)) }    //= 0x0
    Method (EVT2) { Return (Wait (EVT0, 0)) }                  //= 0xffffffffffffffff
    Method (EVT3) { Signal (EVT0) Reset (EVT0) Return (Wait (EVT0, 0)) } //= 0xffffffffffffffff
    Method (SLP1) { Sleep (1) Stall (10) Return (3) }          //= 0x3
    Method (TIM1) { Local0 = Timer Local1 = Timer Return (Local1 >= Local0) } //= 0xffffffffffffffff
    Method (DBG1) { Debug = "hello" Debug = PKG Return (4) }   //= 0x4
    Method (LOD1) { Local0 = LoadTable ("OEM1", "", "") Return (Local0) } //= error: LoadTable is not supported //! it looks for the table
}
