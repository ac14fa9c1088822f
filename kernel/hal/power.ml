(* SAFETY: these take immediate values or a string, and never return. *)
external off : int -> 'a = "hal_power_off"
external reboot : unit -> 'a = "hal_power_reboot"
external panic : string -> 'a = "hal_power_panic"
external fault : unit -> 'a = "hal_power_fault"

let off ~status = off status
