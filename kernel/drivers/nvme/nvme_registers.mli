(** An NVMe controller's registers: what it can, switching it on and off, doorbells. Source: NVM
    Express Base Specification 1.4, section 3.1 and 7.6. *)

type t

val open_ : Device.t -> t
(** @raise Device.Failed when it has no window 0, works with no pages of 4 KiB, or has no set of
    commands for disks. *)

val page_bytes : int
(** 4096. *)

val version : t -> int
(** 0x10400 is 1.4. *)

val entries_max : t -> int
(** That an I/O queue may have: at least 2. *)

val transfer_unit : t -> int
(** Bytes that sizes of transfers are given in. *)

val disable : t -> unit
(** Resets it, and waits for that as long as it says that it may take.
    @raise Device.Failed when it takes longer. *)

val enable : t -> entries:int -> submissions:int -> completions:int -> unit
(** Switches it on with an admin queue of so many entries at these device addresses, and waits. No
    interrupt comes by its line until {!unmask}.
    @raise Device.Failed when it does not come up. *)

val shut_down : t -> unit
(** Has it write what it keeps in its cache, and resets it; in less than a second.
    @raise Device.Failed when it cannot be reset. *)

val unmask : t -> unit
(** For what interrupts by its line. *)

val check_doorbells : t -> queue:int -> unit
(** @raise Device.Failed when the queue's are not within the registers. *)

val ring_submissions : t -> queue:int -> int -> unit
(** Tells it the new tail. *)

val ring_completions : t -> queue:int -> int -> unit
(** Tells it the new head. *)

val is_dead : t -> bool
(** It reports a fatal error, or is not there any more. *)
