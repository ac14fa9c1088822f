(** Which PCI function a region of configuration space belongs to.

    The firmware says where its device hangs: [_ADR] of each device up to the host bridge, whose bus
    is [_BBN] and whose segment is [_SEG]. The bus behind a bridge between them is in that bridge's
    own registers (PCI-to-PCI Bridge Architecture 1.2, section 3.2.5.3). *)

val find :
  Context.machine -> evaluate:(Object.node -> Object.t option) -> Object.node -> Handlers.pci
(** Of a scope that a region stands in.
    @raise Error.Fault without a host bridge above it. *)
