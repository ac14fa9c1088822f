(** QEMU's teaching device, [-device edu]: it computes factorials. Its driver is what
    docs/tutorial-driver.md tells of. Source: QEMU's docs/specs/edu, "EDU device". *)

type error =
  | Absent  (** there is no such device, or its driver has never come up *)
  | Gone  (** it has no driver any more *)

val pp_error : Format.formatter -> error -> unit

val factorial : int -> (int, error) result
(** The factorial's lower 32 bits, by the device that came last. Waits for it. *)

val driver : Driver.t
