(** What an NVMe controller and its namespaces say of themselves. Source: NVM Express Base
    Specification 1.4, section 5.15.2. *)

type controller = {
  serial : string;
  model : string;
  transfer_max : int option;  (** bytes of one command *)
  namespaces : int;  (** no number is higher *)
  has_deallocate : bool;
  has_write_zeroes : bool;
  has_cache : bool;
}

val controller : Hal.Dma.t -> unit_bytes:int -> controller
(** [unit_bytes]: {!Nvme_registers.transfer_unit}. *)

type namespace = {
  blocks : int;
  block_sectors : int;  (** of 512 bytes *)
  read_only : bool;
}

val namespace : Hal.Dma.t -> (namespace, string) result
(** [Error]: why we cannot use it. *)

val numbers : Hal.Dma.t -> int list
(** From a list of namespaces: up to its first 0. *)
