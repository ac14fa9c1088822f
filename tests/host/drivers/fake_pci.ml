open Platform

type bar = { index : int; size : int; kind : Pci_function.bar_kind }

type t = {
  config : bytes;
  bars : bar list;
  below : t list;  (** of a bridge *)
  mutable functions : t list;  (** beside it in the same device, from function 1 on *)
}

let config t = t.config
let set8 t = Bytes.set_uint8 t.config
let set16 t = Bytes.set_uint16_le t.config
let set32 t at v = Bytes.set_int32_le t.config at (Int32.of_int v)
let get8 t = Bytes.get_uint8 t.config
let get16 t = Bytes.get_uint16_le t.config
let get32 t at = Int32.to_int (Bytes.get_int32_le t.config at) land 0xffff_ffff

(* ---- base address registers ---- *)

let type_bits (bar : bar) =
  match bar.kind with
  | Io -> 1
  | Memory { is_64; prefetchable } -> (if is_64 then 4 else 0) lor if prefetchable then 8 else 0

let offset (bar : bar) = 0x10 + (4 * bar.index)

let write_bar t (bar : bar) value =
  set32 t (offset bar) (value land lnot (bar.size - 1) land 0xffff_ffff lor type_bits bar)

let write_high t (bar : bar) value =
  set32 t (offset bar + 4) (value land lnot ((bar.size - 1) lsr 32) land 0xffff_ffff)

let is_64 (bar : bar) = match bar.kind with Memory { is_64; _ } -> is_64 | Io -> false

let address t index =
  let bar = List.find (fun bar -> bar.index = index) t.bars in
  let low = get32 t (offset bar) land lnot (if bar.kind = Io then 3 else 15) in
  if is_64 bar then low lor (get32 t (offset bar + 4) lsl 32) else low

let write32 t at value =
  match List.find_opt (fun bar -> at = offset bar || (is_64 bar && at = offset bar + 4)) t.bars with
  | Some bar when at = offset bar -> write_bar t bar value
  | Some bar -> write_high t bar value
  | None when at >= 0x10 && at < if t.below = [] then 0x28 else 0x18 -> ()
  | None -> set32 t at value

(* ---- functions ---- *)

let make ~header ~class_code ~bars below =
  let t = { config = Bytes.make 4096 '\000'; bars; below; functions = [] } in
  set16 t 0 0x1234;
  set16 t 2 0x5678;
  set32 t 8 (class_code lsl 8);
  set8 t 0x0e header;
  List.iter (fun bar -> write_bar t bar 0) bars;
  t

let device ?(bars = []) ?(class_code = 0x020000) () = make ~header:0 ~class_code ~bars []

let bridge ?buses ?(bars = []) below =
  let t = make ~header:1 ~class_code:0x060400 ~bars below in
  let secondary, subordinate = Option.value buses ~default:(0, 0) in
  set8 t 0x19 secondary;
  set8 t 0x1a subordinate;
  t

let multifunction = function
  | [] -> invalid_arg "Fake_pci.multifunction"
  | first :: others ->
      first.functions <- others;
      set8 first 0x0e (get8 first 0x0e lor 0x80);
      first

let range ~first ~last = if first > last then None else Some (first, last)

let forwards t (space : Pci_host.space) =
  match space with
  | Io ->
      range
        ~first:(((get8 t 0x1c land 0xf0) lsl 8) lor (get16 t 0x30 lsl 16))
        ~last:(((get8 t 0x1d land 0xf0) lsl 8) lor (get16 t 0x32 lsl 16) lor 0xfff)
  | Memory32 ->
      range ~first:((get16 t 0x20 land 0xfff0) lsl 16)
        ~last:(((get16 t 0x22 land 0xfff0) lsl 16) lor 0xfffff)
  | Memory64 ->
      range
        ~first:(((get16 t 0x24 land 0xfff0) lsl 16) lor (get32 t 0x28 lsl 32))
        ~last:(((get16 t 0x26 land 0xfff0) lsl 16) lor (get32 t 0x2c lsl 32) lor 0xfffff)

(* ---- the buses ---- *)

let is_bridge t = get8 t 0x0e land 0x7f = 1
let all_of devices = List.concat_map (fun t -> t :: t.functions) devices

(* Which devices are on a bus, by the numbers that bridges have now. Numbers that make no sense may
   lead in circles: not further than there can be bridges in a row. *)
let rec on_bus devices ~number ~wanted ~left =
  if number = wanted then devices
  else
    let leads t =
      is_bridge t && left > 0 && get8 t 0x19 > 0 && get8 t 0x19 <= wanted && wanted <= get8 t 0x1a
    in
    match List.find_opt leads (all_of devices) with
    | None -> []
    | Some t -> on_bus t.below ~number:(get8 t 0x19) ~wanted ~left:(left - 1)

let find root ~bus ~device ~function_ =
  match List.nth_opt (on_bus root ~number:0 ~wanted:bus ~left:32) device with
  | None -> None
  | Some t -> if function_ = 0 then Some t else List.nth_opt t.functions (function_ - 1)

let at root offset =
  let bus = offset lsr 20
  and device = (offset lsr 15) land 31
  and function_ = (offset lsr 12) land 7 in
  find root ~bus ~device ~function_

let read root ~bytes offset =
  match at root offset with
  | None -> (1 lsl (8 * bytes)) - 1
  | Some t -> (
      let at = offset land 0xfff in
      match bytes with 1 -> get8 t at | 2 -> get16 t at | _ -> get32 t at)

let write root ~bytes offset value =
  match at root offset with
  | None -> ()
  | Some t -> (
      let at = offset land 0xfff in
      match bytes with 1 -> set8 t at value | 2 -> set16 t at value | _ -> write32 t at value)

let host ?(last_bus = 255) ?(windows = []) root : Pci_host.t =
  let registers =
    Hal.Registers.make ~length:((last_bus + 1) lsl 20) ~read:(read root) ~write:(write root)
  in
  {
    name = "fake";
    segment = 0;
    first_bus = 0;
    last_bus;
    config = Pci_config.ecam registers ~first_bus:0;
    windows;
    io_is_ports = false;
    route = (fun ~bus:_ ~device ~function_:_ ~pin -> Some ((device + pin) land 3, Level_high));
  }
