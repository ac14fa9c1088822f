type t = { memory : Bytes_of.memory; rsdp : int }

(* ---- the loader script: commands of 128 bytes, on files by their names ---- *)

let command_size = 128
let u32 bytes at = Int32.to_int (String.get_int32_le bytes at) land 0xffff_ffff
let name_at command at = List.hd (String.split_on_char '\000' (String.sub command at 56))

type files = {
  session : Qemu.session;
  contents : (string, int * Bytes.t) Hashtbl.t;
  mutable next : int;
}

let align n alignment = (n + alignment - 1) / alignment * alignment

let allocate files command =
  let name = name_at command 4 and alignment = max 16 (u32 command 60) in
  let bytes = Bytes.of_string (Qemu.file files.session name) in
  let address = align files.next alignment in
  files.next <- address + Bytes.length bytes;
  Hashtbl.replace files.contents name (address, bytes)

let get bytes at size =
  Int64.to_int (Aml.Bits.get bytes ~offset:(8 * at) ~length:(8 * size))

let set bytes at size n =
  Aml.Bits.set bytes ~offset:(8 * at) ~length:(8 * size) (Int64.of_int n)

let add_pointer files command =
  let _, bytes = Hashtbl.find files.contents (name_at command 4) in
  let address, _ = Hashtbl.find files.contents (name_at command 60) in
  let at = u32 command 116 and size = Char.code command.[120] in
  set bytes at size (get bytes at size + address)

let add_checksum files command =
  let _, bytes = Hashtbl.find files.contents (name_at command 4) in
  let at = u32 command 60 and start = u32 command 64 and length = u32 command 68 in
  let sum = ref 0 in
  for i = start to start + length - 1 do
    sum := !sum + Bytes.get_uint8 bytes i
  done;
  Bytes.set_uint8 bytes at (-(!sum - Bytes.get_uint8 bytes at) land 0xff)

let run files command =
  match u32 command 0 with
  | 1 -> allocate files command
  | 2 -> add_pointer files command
  | 3 -> add_checksum files command
  | _ -> ()

let install session =
  let script = Qemu.file session "etc/table-loader" in
  let files = { session; contents = Hashtbl.create 8; next = 0x7f000000 } in
  for n = 0 to (String.length script / command_size) - 1 do
    run files (String.sub script (n * command_size) command_size)
  done;
  let placed _ (address, bytes) memory = (address, Bytes.to_string bytes) :: memory in
  let rsdp, _ = Hashtbl.find files.contents "etc/acpi/rsdp" in
  { memory = Hashtbl.fold placed files.contents []; rsdp }

let tables t =
  let tables = Expect.ok (Acpi.Tables.load (Bytes_of.read t.memory) ~rsdp:t.rsdp) in
  List.iter (fun error -> ignore (Expect.ok (Error error))) tables.errors;
  tables

(* ---- its devices ---- *)

let letter = function 1 -> "b" | 2 -> "w" | 4 -> "l" | _ -> "q"
let number text = Int64.of_string text

let select session ({ bus; device; function_; _ } : Aml.Handlers.pci) register =
  let function_ = (bus lsl 16) lor (device lsl 11) lor (function_ lsl 8) in
  let address = 0x80000000 lor function_ lor (register land 0xfc) in
  ignore (Qemu.send session "outl 0xcf8 0x%x" address);
  0xcfc + (register land 3)

let rec read session (place : Aml.Handlers.place) ~size =
  match place with
  | Port port -> Ok (number (Qemu.send session "in%s 0x%x" (letter size) port))
  | Memory address -> Ok (number (Qemu.send session "read%s 0x%x" (letter size) address))
  | Config (pci, register) -> read session (Port (select session pci register)) ~size
  | Elsewhere _ -> Error "there is no such space"

let rec write session (place : Aml.Handlers.place) ~size value =
  match place with
  | Port port ->
      ignore (Qemu.send session "out%s 0x%x 0x%Lx" (letter size) port value);
      Ok ()
  | Memory address ->
      ignore (Qemu.send session "write%s 0x%x 0x%Lx" (letter size) address value);
      Ok ()
  | Config (pci, register) -> write session (Port (select session pci register)) ~size value
  | Elsewhere _ -> Error "there is no such space"

let handlers session = { Aml.Handlers.none with read = read session; write = write session }

let told errors =
  let tell error = Check.that (Format.asprintf "%a" Aml.Error.pp error) false in
  List.iter tell errors

let machine session tables =
  let machine, errors = Aml.Machine.load (handlers session)
    (Acpi.Tables.definition_blocks tables) in
  told errors;
  told (Aml.Machine.initialize machine);
  machine
