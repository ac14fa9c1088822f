(** Physical memory: what there is, and what is spoken for.

    Source: Devicetree Specification 0.4, sections 3.4 and 3.5. *)

type bank = {
  region : Region.t;
  numa_node : int;  (** 0 when the tree does not say *)
}

val banks : Tree.t -> (bank list, Error.t) result
(** The memory of all enabled nodes with [device_type = "memory"]. Empty regions are left out. *)

type place =
  | Static of Region.t list
  | Dynamic of { size : int; alignment : int; within : Region.t list }
      (** to be allocated: so many bytes, aligned to so many (1: anywhere), within one of these
          regions when there are any *)

type reserved = {
  node : Node.t;
  place : place;
  no_map : bool;  (** not even to be mapped *)
  reusable : bool;  (** may be used, by what gives it back on request *)
}

val reserved : Tree.t -> (reserved list, Error.t) result
(** The enabled children of [/reserved-memory]. *)

val untouchable : Tree.t -> (Region.t list, Error.t) result
(** What no allocator may hand out: the blob's reservations, and all static reserved memory that is
    not reusable. *)
