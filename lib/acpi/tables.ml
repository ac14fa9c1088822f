type t = { rsdp : Rsdp.t; root : Table.t; tables : Table.t list; errors : Error.t list }

(* What has been found so far, newest first. A table takes its range when its header is read. *)
type progress = { found : Table.t list; ranges : (string * int * int) list; wrong : Error.t list }

let nr_tables_max = 1024
let ( let* ) = Result.bind

(* Of these there is one; of the others, as SSDT, there may be several. *)
let single =
  [ "FACP"; "APIC"; "MCFG"; "HPET"; "SPCR"; "SRAT"; "SLIT"; "GTDT"; "RHCT"; "DSDT"; "XSDT"; "RSDT" ]

let check_repeated progress (table : Table.t) =
  let same (other : Table.t) =
    other.address = table.address
    || (other.signature = table.signature && List.mem table.signature single)
  in
  match List.find_opt same progress.found with
  | None -> Ok ()
  | Some first -> Part.fail (Table.part table) ~at:0 (Repeated { first = first.address })

let check_overlap progress (table : Table.t) =
  let stop = table.address + Table.declared_length table in
  let overlaps (_, at, length) = table.address < at + length && at < stop in
  match List.find_opt overlaps progress.ranges with
  | None -> Ok ()
  | Some (other, at, _) -> Part.fail (Table.part table) ~at:0 (Overlap { other; at })

let take_range progress (table : Table.t) =
  let range = (table.signature, table.address, Table.declared_length table) in
  { progress with ranges = range :: progress.ranges }

let keep progress = function
  | Ok table -> { progress with found = table :: progress.found }
  | Error error -> { progress with wrong = error :: progress.wrong }

let add ?expected reader progress address =
  let checked =
    let* header = Table.read_header reader address in
    let* () = Option.fold expected ~none:(Ok ()) ~some:(Table.expect header) in
    let* () = check_repeated progress header in
    let* () = check_overlap progress header in
    Ok header
  in
  match checked with
  | Error error -> { progress with wrong = error :: progress.wrong }
  | Ok { signature = "FACS"; _ } -> progress
  | Ok header -> keep (take_range progress header) (Table.read reader header)

(* The root table's entries with their offsets; what is too many is an error. *)
let entries (root : Table.t) ~width =
  let part = Table.part root in
  let nr = (part.length - Table.header_size) / width in
  let entry n =
    let at = Table.header_size + (n * width) in
    let address = if width = 4 then Ok (Part.u32 part at) else Part.u64 part ~field:"Entry" at in
    (at, address)
  in
  let listed = List.init (min nr nr_tables_max) entry in
  let excess = Table.header_size + (nr_tables_max * width) in
  let wrong =
    if nr <= nr_tables_max then []
    else [ Part.error part ~at:excess (Bad_length { found = part.length }) ]
  in
  (part, listed, wrong)

let add_entry reader part progress (at, address) =
  let wrong error = { progress with wrong = error :: progress.wrong } in
  match address with
  | Error error -> wrong error
  | Ok 0 -> wrong (Part.error part ~at (Bad_value { field = "Entry"; value = 0L }))
  | Ok address -> add reader progress address

let read_root reader (address, signature) =
  let* header = Table.read_header reader address in
  let* () = Table.expect header signature in
  Table.read reader header

let choose_root reader (rsdp : Rsdp.t) =
  let xsdt = Option.map (fun address -> (address, "XSDT")) rsdp.xsdt in
  let rsdt = Option.map (fun address -> (address, "RSDT")) rsdp.rsdt in
  match (xsdt, rsdt) with
  | None, None -> invalid_arg "Acpi.Tables: a root pointer without tables"
  | Some only, None | None, Some only ->
      Result.map (fun root -> (root, [])) (read_root reader only)
  | Some xsdt, Some rsdt -> (
      match read_root reader xsdt with
      | Ok root -> Ok (root, [])
      | Error error -> Result.map (fun root -> (root, [ error ])) (read_root reader rsdt))

let add_dsdt reader progress =
  match List.find_opt (fun (t : Table.t) -> t.signature = "FACP") progress.found with
  | None -> progress
  | Some fadt -> (
      match Fadt.of_table fadt with
      | Error error -> { progress with wrong = error :: progress.wrong }
      | Ok { dsdt = None; _ } -> progress
      | Ok { dsdt = Some address; _ } -> add ~expected:"DSDT" reader progress address)

let load reader ~rsdp =
  let* rsdp = Rsdp.read reader rsdp in
  let* root, wrong = choose_root reader rsdp in
  let width = if root.signature = "XSDT" then 8 else 4 in
  let part, listed, excess = entries root ~width in
  let start = take_range { found = [ root ]; ranges = []; wrong = excess @ wrong } root in
  let progress = add_dsdt reader (List.fold_left (add_entry reader part) start listed) in
  let tables = List.filter (fun table -> table != root) (List.rev progress.found) in
  Ok { rsdp; root; tables; errors = List.rev progress.wrong }

let find t signature = List.find_opt (fun (table : Table.t) -> table.signature = signature) t.tables

let read t signature of_table =
  match find t signature with
  | Some table -> of_table table
  | None -> Error { Error.table = signature; address = 0; offset = 0; problem = Missing }

let definition_blocks t =
  let has_signature signatures (table : Table.t) = List.mem table.signature signatures in
  match find t "DSDT" with
  | None -> []
  | Some dsdt -> dsdt :: List.filter (has_signature [ "SSDT"; "PSDT" ]) t.tables

let pp ppf t =
  Format.fprintf ppf "@[<v>%a@,%a" Rsdp.pp t.rsdp Table.pp t.root;
  List.iter (Format.fprintf ppf "@,%a" Table.pp) t.tables;
  List.iter (Format.fprintf ppf "@,%a" Error.pp) t.errors;
  Format.fprintf ppf "@]"
