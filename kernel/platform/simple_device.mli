(** Devices that firmware lists with their registers and interrupts, on no bus that could be
    asked. *)

type resources = {
  memory : (int * int) list;  (** physical address and length of each register window *)
  ports : (int * int) list;  (** likewise of I/O ports; they come after those in memory *)
  interrupts : (int * Hal.Interrupt.trigger) list;
}

val make : name:string -> identity:Drivers.Hardware.identity -> resources -> Drivers.Hardware.t
(** The device's line is the first interrupt. There is no switch that keeps it from memory: its
    driver resets it. *)
