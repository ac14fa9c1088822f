// Resource templates of each kind, link devices, and what devices say of themselves: see
// description_tests.ml.
DefinitionBlock ("", "DSDT", 2, "BACTRI", "TEMPLATE", 1)
{
    Scope (\_SB) {
        Name (T001, ResourceTemplate () { IRQNoFlags () { 3, 4 } })
        Name (T002, ResourceTemplate () { IRQ (Level, ActiveLow, Shared) { 9 } })
        Name (T003, ResourceTemplate () { DMA (Compatibility, NotBusMaster, Transfer8) { 2, 3 } })
        Name (T004, ResourceTemplate () { IO (Decode16, 0x3F8, 0x3F8, 1, 8) })
        Name (T005, ResourceTemplate () { IO (Decode10, 0x100, 0x200, 16, 4) })
        Name (T006, ResourceTemplate () { FixedIO (0x60, 1) })
        Name (T007, ResourceTemplate () { FixedDMA (0x20, 3, Width32bit) })
        Name (T008, ResourceTemplate () { Memory24 (ReadWrite, 0x1000, 0x2000, 0x10, 0x20) })
        Name (T009, ResourceTemplate () { Memory32 (ReadOnly, 0x10000000, 0x1FFFFFFF, 0x1000, 0x2000) })
        Name (T010, ResourceTemplate () { Memory32Fixed (ReadWrite, 0xFED00000, 0x400) })
        Name (T011, ResourceTemplate () {
            WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0, 0xFF, 0, 0x100)
        })
        Name (T012, ResourceTemplate () {
            WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange, 0, 0xD00, 0xFFFF, 0, 0xF300)
        })
        Name (T013, ResourceTemplate () {
            DWordMemory (ResourceConsumer, SubDecode, MinFixed, MaxNotFixed, Cacheable, ReadWrite,
                0, 0xC0000000, 0xFEBFFFFF, 0x1000, 0x3EC00000)
        })
        Name (T014, ResourceTemplate () {
            QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Prefetchable, ReadWrite,
                0, 0x100000000, 0x8FFFFFFFF, 0, 0x800000000)
        })
        Name (T015, ResourceTemplate () {
            QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Prefetchable, ReadWrite,
                0, 0, 0xFFFFFFFFFFFFFFFF, 0, 0)
        })
        Name (T016, ResourceTemplate () { Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 16, 300 } })
        Name (T017, ResourceTemplate () {
            Interrupt (ResourceProducer, Edge, ActiveLow, SharedAndWake, 1, "\\_SB.LNKA") { 7 }
        })
        Name (T018, ResourceTemplate () { Register (SystemMemory, 32, 4, 0xFED80000, 3) })
        Name (T019, ResourceTemplate () { VendorShort () { 1, 2, 3 } })
        Name (T020, ResourceTemplate () { GpioInt (Edge, ActiveLow, Exclusive, PullUp, 0, "\\_SB.GPO0") { 5 } })
        Name (T021, ResourceTemplate () {
            StartDependentFn (1, 2) { IRQNoFlags () { 5 } }
            StartDependentFnNoPri () { IRQNoFlags () { 7 } }
            EndDependentFn ()
        })
        Name (T022, ResourceTemplate () {
            ExtendedMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
                0, 0x200000000, 0x2FFFFFFFF, 0, 0x100000000, 0)
        })
        Name (T023, ResourceTemplate () {})

        // A link that keeps its line in a name; a line of 0 is off.
        Name (LINA, 0)
        Device (LNKA) {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, 1)
            Name (_PRS, ResourceTemplate () { IRQ (Level, ActiveLow, Shared) { 5, 10, 11 } })
            Method (_CRS, 0, Serialized) {
                Name (BUF0, ResourceTemplate () { IRQ (Level, ActiveLow, Shared) {} })
                CreateWordField (BUF0, 1, MASK)
                If (LINA) { MASK = 1 << LINA }
                Return (BUF0)
            }
            Method (_SRS, 1) {
                CreateWordField (Arg0, 1, MASK)
                LINA = FindSetRightBit (MASK) - 1
            }
        }
        Name (LINB, 0)
        Device (LNKB) {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, "two")
            Name (_PRS, ResourceTemplate () { Interrupt (ResourceConsumer, Level, ActiveHigh, Shared) { 40, 41 } })
            Method (_CRS, 0, Serialized) {
                Name (BUF0, ResourceTemplate () { Interrupt (ResourceConsumer, Level, ActiveHigh, Shared) { 0 } })
                CreateDWordField (BUF0, 5, GSI_)
                GSI_ = LINB
                Return (BUF0)
            }
            Method (_SRS, 1) {
                CreateDWordField (Arg0, 5, GSI_)
                LINB = GSI_
            }
        }
        Device (PCI0) {
            Name (_HID, EisaId ("PNP0A08"))
            Name (_CID, Package () { EisaId ("PNP0A03"), "BACT0001" })
            Name (MODE, 0)
            Name (_PRT, Package () {
                Package () { 0x0001FFFF, 0, 0, 16 },
                Package () { 0x0001FFFF, 1, LNKA, 0 },
                Package () { 0x0002FFFF, 3, ^LNKB, 0 },
                Package () { 0x0003FFFF, 0, "\\_SB.LNKB", 0 }
            })
            Device (BAD0) { Name (_ADR, 0x00010000) Name (_PRT, Package () { Package () { 0xFFFF, 4, 0, 1 } }) }
            Device (BAD1) { Name (_ADR, 0x00020000) Name (_PRT, 5) Name (_CRS, Buffer () { 0x47, 1 }) }
            Device (BAD2) { Name (_ADR, "text") }
            Device (GONE) { Name (_STA, 0) Device (DEEP) { Name (_ADR, 5) } }
            Device (WORK) { Name (_STA, 8) Device (DEEP) { Name (_ADR, 5) } }
        }
        Processor (CPU3, 3, 0x410, 6) {}
    }
    Method (_PIC, 1) { \_SB.PCI0.MODE = Arg0 }
    Name (_S3, Package () { 0x0D })
    Name (_S4, Package () { "text", 2 })
    Name (_S5, Package () { 5, 6, 0, 0 })
    Name (LAST, 0)
    Method (_PTS, 1) { LAST = Arg0 }
}
