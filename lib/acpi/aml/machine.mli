(** A machine as its firmware describes it in AML: the namespace of all definition blocks, and what
    evaluating a name in it gives.

    An evaluation always ends: it has a budget of steps, of depth and of memory. It touches the
    machine through its handlers alone. One evaluation at a time: nothing here is safe for two
    domains at once.

    Source: ACPI 6.5, chapters 5 (section 5.3 to 5.6), 19 and 20. *)

type t

val load :
  ?limits:Budget.limits ->
  ?interfaces:string list ->
  Handlers.t ->
  Acpi.Table.t list ->
  t * Error.t list
(** The namespace of these tables, the DSDT first, whose revision says how wide integers are. Code
    outside of methods runs, so handlers may be called. What is wrong in the body of a scope or a
    device ends that body alone; all that was wrong comes with the machine. Each table has a budget
    of its own.

    [interfaces] are what [\_OSI] says yes to; {!windows} if not given. *)

val windows : string list
(** The versions of Windows that firmware asks for, and Module Device and the like. *)

val initialize : ?spaces:Acpi.Address_space.t list -> t -> Error.t list
(** As a system does before it uses a namespace: each [_REG] hears that these spaces can be accessed
    (PCI configuration space if not given; memory and ports always can), then [_INI] of each device
    that is there, parents first. *)

(** {1 Names} *)

type kind =
  | Scope
  | Data
  | Device
  | Processor of { id : int; block : int; block_length : int }
  | Thermal_zone
  | Power_resource of { system_level : int; resource_order : int }
  | Method of { arity : int }
  | Region of { space : Acpi.Address_space.t; offset : int; length : int }
  | Field
  | Mutex
  | Event
  | Alias of Path.t  (** of what has this path *)

val kind : t -> Path.t -> kind option
(** What has this name. *)

val children : t -> Path.t -> Path.t list
(** What it holds, in the order of the names. An alias holds nothing: what it is an alias of does,
  and
    that may be what holds the alias. *)

(** {1 Evaluation} *)

val evaluate : ?arguments:Value.t list -> t -> Path.t -> (Value.t, Error.t) result
(** A method is called, with at most seven arguments; of other objects, their value. A device, or
    another object without a value, gives a reference to itself. *)

val evaluate_if_present :
  ?arguments:Value.t list -> t -> Path.t -> (Value.t option, Error.t) result
(** The same; [None] when there is no such name. *)

val pci_function : t -> Path.t -> (Handlers.pci, Error.t) result
(** The PCI function that a device below a host bridge is, by [_ADR], [_BBN] and [_SEG]; a host
    bridge's own. Reads bridges' registers. *)
