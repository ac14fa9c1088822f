(** Memory objects: rows of pages that mappings of processes show, and that hold the bytes of files,
    outside of OCaml's heap (nucleus/include/objects.h).

    A page that is absent reads as zeros, and is made when something is stored in it; in a paged
    object its pager brings it. An object lives as long as anybody holds it: who made it until
    {!release}, and each mapping.

    Numbers of bytes are never negative, or the functions raise [Invalid_argument]. Calls that copy
    move at most 64 KiB: callers loop. All may be called on several cores at once. *)

type t

val create : size:int -> t
(** An anonymous one, of zeros; its pages come when they are touched.
    @raise Out_of_memory *)

val is_short : unit -> bool
(** What memory is left is held back for the kernel: objects get no more of it. *)

val create_paged : size:int -> pager:int -> t
(** [pager] says whom to ask for absent pages. *)

val of_module : Machine.contents -> offset:int -> size:int -> t * int
(** The same for a range of a boot module, and how many bytes of the first page are ahead of it.
    @raise Invalid_argument when it is outside of the module. *)

val release : t -> unit
(** The maker holds it no more. Idempotent; every other function raises [Invalid_argument] then. The
    collector calls it for what was forgotten. *)

val is_released : t -> bool

val size : t -> int

val resize : t -> int -> unit
(** Pages beyond the new size are forgotten, and the rest of the last page is zeros. *)

val frames : t -> int
(** Pages that it owns, its tables included. *)

(** {1 Bytes} *)

type stop =
  | Absent of int  (** The pager must bring the page of this index. *)
  | Outside  (** It ends there. *)
  | No_memory

val read : t -> offset:int -> bytes -> int -> int -> int
(** [read t ~offset destination position length]: how many came, up to the object's end; fewer also
    before an absent page of a paged object, which {!why} then tells. *)

val write : t -> offset:int -> bytes -> int -> int -> int
(** The other way. *)

val why : t -> offset:int -> stop option
(** Why a copy would stop at once there. *)

val is_present : t -> index:int -> bool
(** Whether the page is there. *)

val zero : t -> offset:int -> length:int -> int
(** Makes zeros of what is there, whole pages of an anonymous object by forgetting them. How many
    bytes, as {!write}. *)

val bring : t -> index:int -> bytes -> bool
(** A page for a paged object: at most a page's bytes, then zeros. False when it was there already.
    @raise Out_of_memory *)

val forget : t -> index:int -> bool
(** Drops a page; false when it was absent. *)
