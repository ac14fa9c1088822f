(** Address spaces of processes: what nucleus/include/aspace.h has, and copies from and to them.

    Addresses and sizes are bytes. An address that is no user's is never a fault of the kernel's: it
    is only not mapped. Whoever changes the regions of a space ({!map}, {!unmap}, {!protect},
    {!fork}) sees to it that nobody else does at the same time; copies and faults may come
    meanwhile. *)

type t

val create : limit:int -> t
(** An empty one, that may own so many frames, its tables included.
    @raise Out_of_memory *)

val free : t -> unit
(** Gives all back. Nobody may be in it, or enter it. Idempotent; every other function raises
    [Invalid_argument] then. *)

val fork : t -> t
(** A copy; private pages are copied by who writes them first.
    @raise Out_of_memory *)

val top : int
(** Where the user's half of the address space ends. *)

val bottom : int
(** Nothing can be mapped below. *)

(** {1 Regions} *)

type access = { read : bool; write : bool; execute : bool }

type error =
  | Not_pages  (** not a range of whole pages in the user's half *)
  | Occupied
  | Never_written  (** to be written, and mapped so that it may not *)
  | No_room  (** neither memory nor addresses, or a part of the range is not mapped *)

val map :
  t ->
  ?at:int ->
  ?shared:bool ->
  ?never_written:bool ->
  ?grows:bool ->
  size:int ->
  access ->
  (Memory_object.t * int) option ->
  (int, error) result
(** Shows a memory object from an offset on, or private zeros. Without [at], at the highest place
    that is free. The address. One that [grows] is private zeros, and becomes larger by faults below
    it: a stack. *)

val limit_stacks : t -> int -> unit
(** Bytes that a region which grows may have. The first such one is the main stack, and other
    regions leave room below it. *)

val map_like : t -> like:int -> skip:int -> ?at:int -> size:int -> unit -> (int, error) result
(** As {!map}, with the access of the region at [like], and what it shows from [skip] bytes behind
    there on. *)

val move : t -> from:int -> into:int -> size:int -> (unit, error) result
(** Pages go to another range, which is mapped like theirs; they come anew where they were. *)

type fork_mark =
  | Forked  (** undoes [Left_out] *)
  | Left_out  (** a fork has nothing there *)
  | Kept  (** undoes [Wiped] *)
  | Wiped  (** a fork has zeros there; private zeros alone can be marked so *)

val mark : t -> at:int -> size:int -> fork_mark -> (unit, error) result

val unmap : t -> at:int -> size:int -> (unit, error) result
val discard : t -> at:int -> size:int -> (unit, error) result
(** Private pages are forgotten, and come anew when they are touched. *)

val protect : t -> at:int -> size:int -> access -> (unit, error) result

val code_written : t -> unit
(** What the space's programs have written is executed from now on, on every core: where that takes
    a call of the system's (riscv64). *)

type region = {
  start : int;
  stop : int;
  access : access;
  shared : bool;
  shows : bool;  (** an object, from [offset] on; else zeros *)
  offset : int;
  pager : int;  (** the object's *)
}

val region_at_or_after : t -> int -> region option

type figures = { limit : int; frames : int; mapped : int  (** bytes *) }

val figures : t -> figures

(** {1 Faults} *)

type wants = Read | Write | Execute

type fault =
  | Resolved  (** try again *)
  | Unmapped
  | Forbidden
  | Outside  (** the object is shorter than the region *)
  | Absent of { pager : int; index : int }  (** to be brought, and then tried again *)
  | No_memory

val touch : t -> int -> wants -> fault

(**/**)

val fault_of_number : int -> pager:int -> index:int -> fault
(** For {!User}. *)

(**/**)

val physical : t -> int -> int option
(** Where the address lies now, when its page is there. *)

(** {1 Copies}

    At most 64 KiB each, or [Invalid_argument]. They give how many bytes went over; when these are
    fewer than asked for, {!touch} of the address behind tells why (and may have resolved it by
    then). *)

val read : t -> at:int -> bytes -> int -> int -> int
(** [read t ~at destination position length] *)

val write : t -> at:int -> bytes -> int -> int -> int

val load : t -> at:int -> Memory_object.t -> offset:int -> length:int -> int
(** From the object to the space; also fewer when the object ends there, or a page of it is absent:
    {!Memory_object.why}. *)

val store : t -> at:int -> Memory_object.t -> offset:int -> length:int -> int

val exchange : t -> at:int -> expected:int -> int -> int
(** A word of 32 bits, aligned, in one step: what was there, which is [expected] when it was
    replaced; -1 when it can't be touched. *)
