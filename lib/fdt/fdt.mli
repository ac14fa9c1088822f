(** Flattened device trees: how firmware, and QEMU, describe a machine.

    {!Tree.of_contents} reads a blob; the other modules answer questions about the tree:

    {[
      let* tree = Fdt.Tree.of_contents contents in
      let show node =
        match (Fdt.Address.first tree node, Fdt.Interrupt.of_node tree node) with
        | Ok registers, Ok interrupt :: _ -> ...
        | _ -> ...
      in
      List.iter show (Fdt.Tree.compatible tree [ "arm,pl011" ])
    ]}

    Total: any bytes give a tree or an error, any tree gives each question a value or an error, and
    an error names the byte. No work takes more than about linear time in the blob, whatever it
    says: nesting, windows of a bus and chains of interrupt maps are limited, and tables are read
    once.

    Numbers are OCaml's [int]s, below 2{^62}. Addresses or sizes beyond that are errors, which no
    machine that we know of has in its tree. *)

(** {1 The tree} *)

module Tree = Tree
module Node = Node
module Property = Property
module Cells = Cells
module Error = Error

(** {1 What it describes} *)

module Address = Address
module Region = Region
module Pci = Pci
module Interrupt = Interrupt
module Requester = Requester
module Memory = Memory
module Cpu = Cpu
module Chosen = Chosen

(** {1 As text} *)

module Source = Source

(** {1 The parts} *)

module Contents = Contents
module Blob = Blob
module Structure = Structure
module Reg = Reg
module Bus_address = Bus_address
module Ranges = Ranges
module Intervals = Intervals
module Nexus = Nexus
