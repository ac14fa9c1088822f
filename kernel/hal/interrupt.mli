(** Device interrupts as events. Numbers are the machine's: global system interrupts on x86_64,
    INTIDs on aarch64, sources on riscv64.

    The handler is C: it masks a level-triggered line, records the event on its core, and ends the
    loop's wait. *)

type trigger = Edge | Level_high | Level_low
type error =
  | No_such_interrupt
  | Busy  (** another has claimed it *)
  | No_messages  (** there is no hardware for them, or none left *)

val pp_error : Format.formatter -> error -> unit

val claim : int -> trigger -> (unit, error) result
(** From now on each occurrence is recorded as the event of the same number. *)

val unmask : int -> unit
(** Lets a level-triggered line through again, once its device is served. *)

val release : int -> unit
(** Masks it and gives it up. Nothing when it was not claimed. *)

val route : int -> core:int -> bool
(** Has a claimed line go to this core; whether the controller could. *)

(** {1 Messages} *)

type message = { number : int; address : int; data : int }
(** A device that writes [data] to [address] makes interrupt [number]. *)

val allocate_message : device_id:int -> core:int -> (message, error) result
(** A fresh one, for {!claim}, to this core. [device_id] is what the device is called on its bus. *)

val free_message : int -> unit
(** Releases it, and gives the number back. The device must have been told to stop. *)

val limit : unit -> int
(** Events have numbers below this. *)

(** {1 Statistics} *)

val served : int -> unit
(** To be called by the fiber that waited, when it runs. *)

type statistics = {
  count : int;  (** times it was recorded *)
  served : int;  (** times a fiber ran for it: fewer, where several became one *)
  longest_ns : int;  (** from the record until the fiber ran *)
  total_ns : int;
}

val statistics : int -> statistics
