type state = { type_a : int; type_b : int }

let ( let* ) = Result.bind

let state machine n =
  let path = [ Printf.sprintf "_S%d_" n ] in
  let* elements = Query.package machine path in
  match elements with
  | None -> Ok None
  | Some elements -> (
      match List.map Value.to_int elements with
      (* Some firmware packs both into the first number. *)
      | [ Some both ] -> Ok (Some { type_a = both land 7; type_b = (both lsr 8) land 7 })
      | Some type_a :: Some type_b :: _ ->
          Ok (Some { type_a = type_a land 7; type_b = type_b land 7 })
      | _ -> Query.unexpected path ~wanted:"two sleep types" (Package elements))

let prepare machine n =
  let number = [ Value.Integer (Int64.of_int n) ] in
  let* () = Query.call machine [ "_TTS" ] number in
  Query.call machine [ "_PTS" ] number

type write = { register : Acpi.Generic_address.t; keep : int; value : int }

(* PM1 control: SLP_TYP in bits 10 to 12, SLP_EN is bit 13. *)
let pm1_type = 10
let pm1_enable = 1 lsl 13
let pm1_mask = 0x3c00

(* Sleep control: SLP_TYP in bits 2 to 4, SLP_EN is bit 5. *)
let control_type = 2
let control_enable = 1 lsl 5

let pm1 block sleep_type ~enable =
  let write { Acpi.Fadt.register; _ } =
    let value = (sleep_type lsl pm1_type) lor if enable then pm1_enable else 0 in
    { register; keep = 0xffff land lnot pm1_mask; value }
  in
  Option.to_list (Option.map write block)

let enter (fadt : Acpi.Fadt.t) { type_a; type_b } =
  match fadt.sleep_control with
  | Some register when fadt.hardware_reduced ->
      [ { register; keep = 0; value = (type_a lsl control_type) lor control_enable } ]
  | _ ->
      (* The types first, then the bit that makes them count, as the standard has it. *)
      pm1 fadt.pm1a_control type_a ~enable:false
      @ pm1 fadt.pm1b_control type_b ~enable:false
      @ pm1 fadt.pm1a_control type_a ~enable:true
      @ pm1 fadt.pm1b_control type_b ~enable:true
