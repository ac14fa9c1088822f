open Hal.Registers

type table = { window : unit -> (Hal.Registers.t, string) result; offset : int; entries : int }
type how = Table of table | Single of { is_64 : bool; has_mask : bool }
type t = { space : Hal.Registers.t; at : int; how : how }

let id_msi = 0x05
let id_msix = 0x11
let control = 2
let msix_enable = 0x8000
let msix_mask_all = 0x4000
let msi_enable = 1

let find_table (f : Pci_function.t) ~window at =
  let word = read32 f.space (at + 4) in
  let entries = (read16 f.space (at + control) land 0x7ff) + 1 in
  let window () = window (word land 7) in
  { space = f.space; at; how = Table { window; offset = word land lnot 7; entries } }

let find_single (f : Pci_function.t) at =
  let bits = read16 f.space (at + control) in
  let how = Single { is_64 = bits land 0x80 <> 0; has_mask = bits land 0x100 <> 0 } in
  { space = f.space; at; how }

(* Where it is, when all of it is within configuration space. *)
let whole (f : Pci_function.t) id ~bytes =
  match Pci_function.capability f id with
  | Some at when at + bytes (read16 f.space (at + control)) <= length f.space -> Some at
  | Some _ | None -> None

let table_bytes _ = 12

let single_bytes bits =
  match (bits land 0x80 <> 0, bits land 0x100 <> 0) with
  | false, false -> 10
  | true, false -> 14
  | false, true -> 20
  | true, true -> 24

let find (f : Pci_function.t) ~window =
  match (whole f id_msix ~bytes:table_bytes, whole f id_msi ~bytes:single_bytes) with
  | Some at, _ -> Some (find_table f ~window at)
  | None, Some at -> Some (find_single f at)
  | None, None -> None

let count t = match t.how with Table { entries; _ } -> entries | Single _ -> 1
let get_control t = read16 t.space (t.at + control)
let set_control t bits = write16 t.space (t.at + control) bits

(* All are masked while the table changes; what was never set is masked for itself. *)
let set_entry t window offset number ~address ~data =
  let entry = offset + (16 * number) in
  if get_control t land msix_enable = 0 then
    set_control t (get_control t lor msix_enable lor msix_mask_all);
  write32 window (entry + 12) 1;
  write32 window entry address;
  write32 window (entry + 4) (address lsr 32);
  write32 window (entry + 8) data;
  write32 window (entry + 12) 0;
  set_control t (get_control t land lnot msix_mask_all)

let set_single t ~is_64 ~has_mask ~address ~data =
  write32 t.space (t.at + 4) address;
  if is_64 then write32 t.space (t.at + 8) (address lsr 32);
  write16 t.space (t.at + if is_64 then 12 else 8) data;
  if has_mask then write32 t.space (t.at + if is_64 then 16 else 12) 0;
  set_control t (get_control t land lnot 0x70 lor msi_enable)

let set t number ~address ~data =
  match t.how with
  | Single { is_64; has_mask } when number = 0 ->
      if address lsr 32 <> 0 && not is_64 then Error "its message cannot carry the address"
      else Ok (set_single t ~is_64 ~has_mask ~address ~data)
  | Table { window; offset; entries } when number >= 0 && number < entries ->
      Result.bind (window ()) (fun window ->
          if offset + (16 * entries) > length window then
            Error "its table of messages is not within its registers"
          else Ok (set_entry t window offset number ~address ~data))
  | Table _ | Single _ -> Error (Printf.sprintf "it has no message %d" number)

let mask_entries window offset entries =
  if offset + (16 * entries) <= length window then
    for number = 0 to entries - 1 do
      write32 window (offset + (16 * number) + 12) 1
    done

let clear_all t =
  match t.how with
  | Single _ -> set_control t (get_control t land lnot msi_enable)
  | Table { window; offset; entries } ->
      if get_control t land msix_enable <> 0 then
        Result.iter (fun window -> mask_entries window offset entries) (window ());
      set_control t (get_control t land lnot (msix_enable lor msix_mask_all))
