(** The cores: children of [/cpus].

    Source: Devicetree Specification 0.4, sections 3.7 and 3.8; bindings arm/cpus.yaml and
    riscv/cpus.yaml. *)

type t = {
  node : Node.t;
  id : int;  (** [reg]: the affinity fields of MPIDR, a hart id, a local APIC id *)
  status : Node.status;  (** [Disabled] ones stand still until they are started *)
  enable_method : string list;  (** ["psci"], ["spin-table"]; what to try first comes first *)
  riscv_isa : string option;  (** [riscv,isa]: ["rv64imafdch_zicsr"] *)
  numa_node : int;  (** 0 when the tree does not say *)
}

val of_node : Node.t -> (t, Error.t) result

val all : Tree.t -> (t, Error.t) result list
(** In the blob's order. *)

val timebase_hz : Tree.t -> (int option, Error.t) result
(** [timebase-frequency] of [/cpus], or else of its first core. *)
