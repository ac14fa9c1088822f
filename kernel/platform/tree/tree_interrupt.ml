let gics = [ "arm,cortex-a15-gic"; "arm,gic-400"; "arm,cortex-a9-gic"; "arm,gic-v3" ]
let plics = [ "sifive,plic-1.0.0"; "riscv,plic0" ]

let trigger flags : Hal.Interrupt.trigger =
  match flags land 0xf with 1 | 2 | 3 -> Edge | 8 -> Level_low | _ -> Level_high

let first_shared = 32
let first_private = 16

(* Shared ones alone are devices': a private one is a core's own. *)
let of_gic = function
  | 0 :: number :: flags :: _ -> Ok (first_shared + number, trigger flags)
  | 1 :: number :: _ ->
      Error (Printf.sprintf "interrupt %d is private to each core" (first_private + number))
  | _ -> Error "the GIC's interrupts have three cells"

let of_plic = function
  | [ number ] -> Ok (number, Hal.Interrupt.Level_high)
  | _ -> Error "the PLIC's interrupts have one cell"

let of_aplic = function
  | [ number; flags ] -> Ok (number, trigger flags)
  | _ -> Error "the APLIC's interrupts have two cells"

let number (interrupt : Fdt.Interrupt.t) =
  let is names = List.exists (Fdt.Node.is_compatible interrupt.controller) names in
  if is gics then of_gic interrupt.specifier
  else if is plics then of_plic interrupt.specifier
  else if is [ "riscv,aplic" ] then of_aplic interrupt.specifier
  else Error ("we do not know the controller " ^ Fdt.Node.path interrupt.controller)
