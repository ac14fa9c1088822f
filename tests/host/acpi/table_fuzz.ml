(* Any bytes as ACPI's static tables: a value or an error, which is printed as well. *)
open Bytes_of

let readers : (string * (Acpi.Table.t -> unit)) list =
  let reader of_table pp table =
    match of_table table with
    | Ok value -> ignore (Format.asprintf "%a" pp value)
    | Error error -> ignore (Format.asprintf "%a" Acpi.Error.pp error)
  in
  [
    ("FACP", reader Acpi.Fadt.of_table Acpi.Fadt.pp);
    ("APIC", reader Acpi.Madt.of_table Acpi.Madt.pp);
    ("MCFG", reader Acpi.Mcfg.of_table Acpi.Mcfg.pp);
    ("HPET", reader Acpi.Hpet.of_table Acpi.Hpet.pp);
    ("SPCR", reader Acpi.Spcr.of_table Acpi.Spcr.pp);
    ("SRAT", reader Acpi.Srat.of_table Acpi.Srat.pp);
    ("SLIT", reader Acpi.Slit.of_table Acpi.Slit.pp);
    ("GTDT", reader Acpi.Gtdt.of_table Acpi.Gtdt.pp);
    ("RHCT", reader Acpi.Rhct.of_table Acpi.Rhct.pp);
  ]

(* A good one of each, for changes to begin with. *)
let body = function
  | "FACP" -> set (zeros 240) 104 (u64 0x8000)
  | "APIC" ->
      u32 0xfee00000 ^ u32 1 ^ u8 0 ^ u8 8 ^ u16 0 ^ u32 1 ^ u8 0xb ^ u8 80 ^ zeros 78 ^ u8 0x18
      ^ u8 36 ^ zeros 34
  | "MCFG" -> zeros 8 ^ u64 0xb0000000 ^ u16 0 ^ u8 0 ^ u8 255 ^ u32 0
  | "HPET" -> u32 0x8086a201 ^ gas 0xfed00000 ^ zeros 4
  | "SPCR" -> u8 0 ^ zeros 3 ^ gas 0x3f8 ^ zeros 32 ^ u16 5 ^ u16 88 ^ "COM0\000"
  | "SRAT" -> u32 1 ^ u64 0 ^ u8 1 ^ u8 40 ^ zeros 38 ^ u8 5 ^ u8 32 ^ zeros 30
  | "SLIT" -> u64 2 ^ u8 10 ^ u8 20 ^ u8 20 ^ u8 10
  | "GTDT" ->
      zeros 52 ^ u32 2 ^ u32 104 ^ zeros 8 ^ u8 0 ^ u16 60 ^ zeros 9 ^ u32 1 ^ u32 20 ^ zeros 20
      ^ u32 40 ^ zeros 16 ^ u8 1 ^ u16 28 ^ zeros 25
  | _ ->
      u32 0 ^ u64 1000 ^ u32 2 ^ u32 56 ^ u16 0 ^ u16 16 ^ u16 1 ^ u16 7 ^ "rv64gc\000\000"
      ^ u16 0xffff ^ u16 16 ^ u16 1 ^ u16 1 ^ u32 3 ^ u32 56

(* The bytes after a header that is right, so that what is tried is what reads them. *)
let try_bodies bytes =
  let try_reader (signature, reader) =
    match Acpi.Table.of_bytes ~address:0x10000 (table ~revision:4 signature [ bytes ]) with
    | Ok table -> reader table
    | Error _ -> ()
  in
  List.iter try_reader readers

(* The whole memory of a machine, tables one after the other, changed anywhere. *)
let image =
  let good (signature, _) _ = table signature [ body signature ] in
  let memory = machine (List.map good readers) in
  let reach size (at, bytes) = max size (at + String.length bytes) in
  let size = List.fold_left reach 0 memory in
  List.fold_left (fun image (at, bytes) -> set image at bytes) (zeros size) memory

(* Changes keep to the first bytes of pages: what lies between is zeros. *)
let change_image () random =
  let b = Bytes.of_string image in
  for _ = 0 to Random.State.int random 4 do
    let page = 0x1000 * Random.State.int random (Bytes.length b / 0x1000 + 1) in
    let at = min (Bytes.length b - 1) (page + Random.State.int random 160) in
    Bytes.set_uint8 b at (Random.State.int random 256)
  done;
  Bytes.to_string b

let resum bytes address =
  let length = Int32.to_int (String.get_int32_le bytes (address + 4)) in
  if length < 36 || address + length > String.length bytes then bytes
  else set bytes address (sum (String.sub bytes address length) ~at:9)

(* Half of the checksums are made right again. *)
let try_image bytes =
  let pages = List.init (String.length bytes / 0x1000 - 1) (fun n -> 0x1000 * (n + 2)) in
  let bytes = if Hashtbl.hash bytes land 1 = 0 then bytes else List.fold_left resum bytes pages in
  match Acpi.Tables.load (read [ (0, bytes) ]) ~rsdp:0x1000 with
  | Error error -> ignore (Format.asprintf "%a" Acpi.Error.pp error)
  | Ok tables ->
      ignore (Format.asprintf "%a" Acpi.Tables.pp tables);
      let read (signature, reader) = Option.iter reader (Acpi.Tables.find tables signature) in
      List.iter read readers

let () =
  let bodies = Array.of_list (List.map (fun (signature, _) -> body signature) readers) in
  Fuzz.run "fuzz: tables, mutations" Fuzz.mutate bodies try_bodies;
  Fuzz.run "fuzz: tables, noise" Fuzz.noise () try_bodies;
  Fuzz.run "fuzz: a machine's memory" change_image () try_image;
  Check.finish ()
