(** The two kernel data queues of a driver (or of one queue of a device that has several): one ring
    out of the kernel, one in. Nothing else joins the driver with those who use it.

    The kernel's side may be used by any fiber on any core for sending, and by one fiber on [core]
    for receiving. The driver's side belongs to one fiber on [core]. Items are up to {!words}
    words. *)

type kernel
type driver

val words : int
(** 7. *)

val create : name:string -> core:int -> capacity:int -> bell:Sched.Bell.t -> kernel * driver
(** Both rings have room for [capacity] items, a power of two. The bell is the driver's: it is rung
    when something was sent. *)

val bytes_max : int
(** Of an item that is bytes: 55. Both sides know which items are. *)

(** {1 The kernel's side} *)

val send : kernel -> int array -> items:int -> words:int -> int
(** Sends items that stand one after another in the array: how many there was room for. *)

val send_all : kernel -> int array -> items:int -> words:int -> unit
(** The same, and waits for room. *)

val receive : kernel -> int array -> words:int -> int
(** As many items as there are and the array holds. *)

val await : kernel -> unit
(** Suspends until there is something to {!receive}. *)

val send_bytes : kernel -> bytes -> pos:int -> len:int -> bool
(** Sends up to {!bytes_max} bytes as one item. [false]: there was no room.
    @raise Invalid_argument when that is no range of the bytes, or too long. *)

val await_room : kernel -> unit
(** Suspends until there may be room for what was just refused. *)

val receive_bytes : kernel -> bytes -> pos:int -> int
(** Takes one item, for which there must be room for {!bytes_max}: how many bytes it has, 0 when
    there is none. *)

val untaken : kernel -> int
(** Items that were sent and that the driver has not taken, about. *)

val adopt : kernel -> unit
(** From now on the calling fiber's core receives; who did so before has ended. *)

(** {1 The driver's side} *)

val next : driver -> int array -> words:int -> most:int -> int
(** Takes as many items as there are, up to [most], for which the array has room. *)

val answer : driver -> int array -> items:int -> words:int -> int
(** How many there was room for. *)

val next_bytes : driver -> bytes -> pos:int -> int
(** As {!receive_bytes}. *)

val answer_bytes : driver -> bytes -> pos:int -> len:int -> bool
(** As {!send_bytes}. *)

val may_sleep : driver -> bool
(** Nothing was sent that was not taken: from now on the next item rings the bell. [false]: there is
    something now. *)

val may_sleep_for_room : driver -> bool
(** The same, of room for {!answer}s. *)

(** {1 Statistics} *)

type statistics = {
  name : string;
  core : int;
  capacity : int;
  outbound : Hal.Ring.consumer_stats;
  refused : int;  (** items that found no room on their way out: whoever sent them waited *)
  inbound : Hal.Ring.producer_stats;
  highest_inbound : int;
}

val statistics : kernel -> statistics
