(** What a piece of work costs the machine. *)

type t = {
  busy_ns : int;
      (** of all cores together, without their idling; instructions on one core under [-icount
          shift=0] *)
  elapsed_ns : int;
  interrupts : int;  (** from devices *)
}

val measure : (unit -> 'a) -> 'a * t
