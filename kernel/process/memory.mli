(** A process's memory: its address space, with the rules that Linux's calls have for it. Threads
    share one, and so does a process that vfork made with its parent.

    Errors are those of the calls. What changes regions waits for its turn; what is copied from and
    to the memory ({!User_memory}) doesn't. *)

open Fs

type t

val create : limit:int -> t
(** Empty; at most so many frames of its own. @raise Out_of_memory *)

val fork : t -> t
(** @raise Out_of_memory *)

val hold : t -> unit
val release : t -> unit
(** The last holder's gives all back. *)

val hold_if_used : t -> bool
(** Unless it has been given back already; then nothing can be done with it. *)

val space : t -> Hal.Space.t

val number : t -> int
(** No other ever has the same. *)

(** {1 Regions} *)

type place =
  | Anywhere
  | Hint of int  (** there if it is free *)
  | At of int  (** there, in place of what is there *)
  | Free_at of int  (** there; [EEXIST] when it is not free *)

type contents =
  | Zeros
  | Shown of Hal.Memory_object.t * int  (** from this offset on, a multiple of a page *)

val map :
  t ->
  place ->
  size:int ->
  ?shared:bool ->
  ?sparse:bool ->
  ?never_written:bool ->
  ?grows:bool ->
  ?file:Mounts.place ->
  Hal.Space.access ->
  contents ->
  (int, Errno.t) result
(** The address. The size is rounded up to pages. [never_written]: nor can {!protect} allow it.
    [file]: whose bytes those are. [sparse]: it may be more than there can ever be, as the caller
    won't touch all. *)

val unmap : t -> at:int -> size:int -> (unit, Errno.t) result
val protect : t -> at:int -> size:int -> Hal.Space.access -> (unit, Errno.t) result

type move = In_place | May_move | Move_to of int

val remap :
  t ->
  at:int ->
  old_size:int ->
  size:int ->
  keeps:bool ->
  move ->
  (int, Errno.t) result
(** mremap: the new address. It [keeps] an empty mapping where pages moved away
    (MREMAP_DONTUNMAP). *)

val mark_for_fork : t -> at:int -> size:int -> Hal.Space.fork_mark -> (unit, Errno.t) result

val discard : t -> at:int -> size:int -> (unit, Errno.t) result
(** Private pages are zeros, or what their file says, again. *)

val is_mapped : t -> at:int -> size:int -> bool
val regions : t -> Hal.Space.region list

val file_of : t -> Hal.Space.region -> Mounts.place option
(** Whose bytes it shows. *)

val set_break : t -> start:int -> unit
(** Where the heap begins, which is empty. *)

val move_break : t -> int -> int
(** brk: the new end, or the old one when it can't be. *)

val break : t -> int
val break_start : t -> int

val set_address_limit : t -> int -> unit
(** Bytes of regions ([RLIMIT_AS]). *)

val set_stack_limit : t -> int -> unit
(** Bytes that a stack may grow to ([RLIMIT_STACK]). *)

(** {1 What a page is} *)

val is_shared : t -> int -> bool
(** Whether the address is in a shared mapping. *)

val is_resident : t -> int -> bool
(** Whether the address's page is there, without bringing it. *)

val code_written : t -> unit
(** What was written is executed from now on, on every core. *)

val physical : t -> int -> int option
(** Where it lies, after it was written to: [None] when it can't be. *)
