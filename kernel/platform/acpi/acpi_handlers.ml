let page = 4096

(* A page's registers, mapped when first used; firmware uses few. *)
let pages : (int, Hal.Registers.t) Hashtbl.t = Hashtbl.create 8

let page_of address =
  let base = address land lnot (page - 1) in
  match Hashtbl.find_opt pages base with
  | Some window -> Ok window
  | None -> (
      match Hal.Physical.registers ~address:base ~length:page with
      | None -> Error (Printf.sprintf "memory at 0x%x cannot be mapped" base)
      | Some window ->
          Hashtbl.replace pages base window;
          Ok window)

let port_of base =
  Option.to_result ~none:(Printf.sprintf "there is no port 0x%x" base)
    (Hal.Physical.ports ~base ~length:8)

let function_of config (pci : Aml.Handlers.pci) =
  let address : Pci_address.t =
    { segment = pci.segment; bus = pci.bus; device = pci.device; function_ = pci.function_ }
  in
  match Option.bind (config pci.segment) (fun c -> Pci_config.space c address) with
  | Some space -> Ok space
  | None -> Error ("there is no way to pci " ^ Pci_address.to_string address)

(* The window, and the offset in it. *)
let place config : Aml.Handlers.place -> (Hal.Registers.t * int, string) result = function
  | Memory address -> Result.map (fun w -> (w, address land (page - 1))) (page_of address)
  | Port port -> Result.map (fun w -> (w, 0)) (port_of port)
  | Config (pci, offset) -> Result.map (fun space -> (space, offset)) (function_of config pci)
  | Elsewhere (space, _) ->
      Error (Format.asprintf "we do not have the space %a" Acpi.Address_space.pp space)

(* Firmware that reaches across its own declared region is refused, not obeyed. *)
let guarded f = try Ok (f ()) with Invalid_argument why -> Error why

let low32 = 0xffff_ffffL

let read_from window offset ~size =
  let open Hal.Registers in
  match size with
  | 1 -> Int64.of_int (read8 window offset)
  | 2 -> Int64.of_int (read16 window offset)
  | 4 -> Int64.of_int (read32 window offset)
  | _ ->
      let high = Int64.of_int (read32 window (offset + 4)) in
      Int64.logor (Int64.of_int (read32 window offset)) (Int64.shift_left high 32)

let write_to window offset ~size value =
  let open Hal.Registers in
  let low = Int64.to_int (Int64.logand value low32) in
  match size with
  | 1 -> write8 window offset low
  | 2 -> write16 window offset low
  | 4 -> write32 window offset low
  | _ ->
      write32 window offset low;
      write32 window (offset + 4) (Int64.to_int (Int64.shift_right_logical value 32))

let make ~config : Aml.Handlers.t =
  {
    Aml.Handlers.none with
    read =
      (fun at ~size ->
        Result.bind (place config at) (fun (window, offset) ->
            guarded (fun () -> read_from window offset ~size)));
    write =
      (fun at ~size value ->
        Result.bind (place config at) (fun (window, offset) ->
            guarded (fun () -> write_to window offset ~size value)));
    stall = (fun us -> Sched.Time.sleep (us * 1_000));
    sleep = (fun ms -> Sched.Time.sleep (ms * 1_000_000));
    timer = (fun () -> Int64.of_int (Sched.Time.now_ns () / 100));
  }
