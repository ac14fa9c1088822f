module Registers = Hal.Registers

type t = {
  device : Device.t;
  data : Registers.t;
  control : Registers.t;
  mutable configuration : int;
}

(* ---- status ---- *)

let has_output = 0x01
let has_input = 0x02
let of_mouse = 0x20
let status t = Registers.read8 t.control 0

let patience_ns = 1_000_000_000

let await t what is_so =
  if not (Device.becomes ~within_ns:patience_ns (fun () -> is_so (status t))) then
    Device.fail t.device "%s within a second" what

let await_room t = await t "it takes no byte" (fun status -> status land has_input = 0)

let get t =
  await t "it gives no byte" (fun status -> status land has_output <> 0);
  Registers.read8 t.data 0

let put t byte =
  await_room t;
  Registers.write8 t.data 0 byte

let control t command =
  await_room t;
  Registers.write8 t.control 0 command

(* ---- the controller ---- *)

let read_configuration = 0x20
let write_configuration = 0x60
let disable_mouse = 0xa7
let disable_keyboard = 0xad
let enable_keyboard = 0xae
let self_test = 0xaa
let keyboard_test = 0xab

(* Of the configuration. *)
let interrupt_keyboard = 0x01
let interrupt_mouse = 0x02
let keyboard_is_off = 0x10
let mouse_is_off = 0x20
let translate = 0x40

(* What was typed before: it has a buffer of 16 bytes. *)
let rec drain t left =
  if left > 0 && status t land has_output <> 0 then begin
    ignore (Registers.read8 t.data 0 : int);
    drain t (left - 1)
  end

let configure t configuration =
  t.configuration <- configuration;
  control t write_configuration;
  put t configuration

let expect t command ~answer what =
  control t command;
  let byte = get t in
  if byte <> answer then Device.fail t.device "%s: it answers 0x%02x" what byte

let quiet = lnot (interrupt_keyboard lor interrupt_mouse lor translate)

(* The configuration is read while nothing can be typed: a key's code could be taken for it. *)
let test t =
  control t disable_keyboard;
  control t disable_mouse;
  drain t 32;
  expect t self_test ~answer:0x55 "its own test";
  control t read_configuration;
  configure t (get t land quiet);
  expect t keyboard_test ~answer:0x00 "the test of its keyboard port";
  control t disable_mouse;
  control t enable_keyboard

let open_ device =
  let data = Device.registers device 0 and control = Device.registers device 1 in
  let t = { device; data; control; configuration = 0 } in
  test t;
  t

let start t =
  configure t ((t.configuration lor interrupt_keyboard lor mouse_is_off) land lnot keyboard_is_off)

(* ---- the keyboard ---- *)

let acknowledged = 0xfa
let again = 0xfe

(* Another byte than these was typed meanwhile. *)
let rec await_acknowledgement t byte ~left =
  if left = 0 then Device.fail t.device "the keyboard does not take 0x%02x" byte;
  match get t with
  | b when b = acknowledged -> ()
  | b when b = again ->
      put t byte;
      await_acknowledgement t byte ~left:(left - 1)
  | _ -> await_acknowledgement t byte ~left:(left - 1)

let command t byte =
  put t byte;
  await_acknowledgement t byte ~left:16

let answer = get

let rec next t =
  match status t with
  | status when status land has_output = 0 -> -1
  | status when status land of_mouse <> 0 ->
      ignore (Registers.read8 t.data 0 : int);
      next t
  | _ -> Registers.read8 t.data 0

let offer t byte =
  let has_room = status t land has_input = 0 in
  if has_room then Registers.write8 t.data 0 byte;
  has_room
