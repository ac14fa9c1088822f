(* redoxfs: makes, fills, reads and checks RedoxFS images. *)
open Redoxfs

let usage =
  "redoxfs mkfs [--uuid 32 HEX DIGITS] [--encrypt] IMAGE SIZE\n\
  \                                                 a new image, of so many bytes, K, M or G\n\
   redoxfs ls IMAGE [PATH]                          what is in a folder\n\
   redoxfs cat IMAGE PATH                           a file, to standard output\n\
   redoxfs get IMAGE PATH DESTINATION               a file or folder, out of the image\n\
   redoxfs put IMAGE SOURCE PATH                    a file or folder, into the image\n\
   redoxfs rm IMAGE PATH                            a file, or a folder that is empty\n\
   redoxfs check IMAGE                              reads all of it: 1 when something is wrong\n\
   \n\
   SOURCE_DATE_EPOCH, where it is set, is the time of everything that is made.\n"

exception Usage

let refused format = Printf.ksprintf (fun text -> raise (Copy.Refused text)) format

let now () =
  match Option.bind (Sys.getenv_opt "SOURCE_DATE_EPOCH") int_of_string_opt with
  | Some seconds -> { Node.seconds; nanoseconds = 0 }
  | None ->
      let time = Unix.gettimeofday () in
      let seconds = int_of_float time in
      { Node.seconds; nanoseconds = int_of_float ((time -. float_of_int seconds) *. 1e9) }

let device = function Ok device -> device | Error text -> raise (Copy.Refused text)

let options image ~read_only =
  { (Fs.default ~now) with read_only; unlock = Password.unlock image }

let mounted image ~read_only body =
  let options = options image ~read_only in
  let fs = Copy.ok image (Fs.mount options (device (File_device.open_ image ~read_only))) in
  List.iter
    (fun { Fs.generation; reason } ->
      Printf.eprintf "redoxfs: %s: generation %d is lost: %s\n" image generation
        (Reason.to_string reason))
    (Fs.skipped fs);
  body fs;
  Copy.ok image (Fs.unmount fs)

(* ---- making ---- *)

let size text =
  let length = String.length text in
  let unit = match if length = 0 then ' ' else text.[length - 1] with
    | 'K' -> 1 lsl 10 | 'M' -> 1 lsl 20 | 'G' -> 1 lsl 30 | _ -> 1 in
  let digits = if unit = 1 then text else String.sub text 0 (length - 1) in
  match int_of_string_opt digits with
  | Some n when n > 0 && n <= 1 lsl 40 -> n * unit
  | _ -> refused "%s is no size" text

let uuid_of_hex text =
  let is_hex = function '0' .. '9' | 'a' .. 'f' | 'A' .. 'F' -> true | _ -> false in
  let digits = String.concat "" (String.split_on_char '-' text) in
  if String.length digits <> 32 || not (String.for_all is_hex digits) then
    refused "%s is no uuid of 32 hexadecimal digits" text;
  String.init 16 (fun i -> Char.chr (int_of_string ("0x" ^ String.sub digits (2 * i) 2)))

(* Version 4: RFC 9562, 5.4. *)
let random_uuid () =
  let bytes = Bytes.of_string (Password.random 16) in
  Bytes.set_uint8 bytes 6 (Bytes.get_uint8 bytes 6 land 0x0f lor 0x40);
  Bytes.set_uint8 bytes 8 (Bytes.get_uint8 bytes 8 land 0x3f lor 0x80);
  Bytes.to_string bytes

type made = { uuid : string option; encrypt : bool }

let rec mkfs made = function
  | "--encrypt" :: rest -> mkfs { made with encrypt = true } rest
  | "--uuid" :: uuid :: rest -> mkfs { made with uuid = Some (uuid_of_hex uuid) } rest
  | [ image; bytes ] -> make made image bytes
  | _ -> raise Usage

and make { uuid; encrypt } image bytes =
  let bytes = size bytes in
  let least = Fs.blocks_min * Address.block_bytes in
  if bytes < least then refused "%d bytes are too few: %d are needed" bytes least;
  let first () = Passwords.first Password.random (Password.ask_new "Password") in
  let encryption = if encrypt then Some (first ()) else None in
  let uuid = match uuid with Some uuid -> uuid | None -> random_uuid () in
  let device = device (File_device.create image ~bytes) in
  Copy.ok image (Fs.create device ~uuid ?encryption ~now:(now ()) ())

(* ---- looking ---- *)

let letter (node : Node.t) =
  match node.kind with File -> '-' | Directory -> 'd' | Symlink -> 'l' | Socket -> 's'

let show fs (name, id) =
  let node = Copy.ok name (Fs.stat fs id) in
  let target =
    if node.kind = Symlink then " -> " ^ Copy.ok name (Fs.read_link fs id) else ""
  in
  Printf.printf "%c%04o %3d %5d %5d %12d %s%s\n" (letter node) node.permissions node.links
    node.uid node.gid node.size name target

let ls path fs =
  let id = Copy.find fs path in
  let rec go cursor list =
    let names, next = Copy.ok path (Fs.list fs id cursor) in
    match next with
    | Some cursor -> go cursor (List.rev_append names list)
    | None -> List.rev_append names list
  in
  if (Copy.ok path (Fs.stat fs id)).kind = Directory then
    List.iter (show fs) (List.sort compare (go Names.start []))
  else show fs (path, id)

let rm image path =
  mounted image ~read_only:false (fun fs ->
      let directory = Copy.find fs (Filename.dirname path) and name = Filename.basename path in
      let result =
        match Fs.unlink fs ~directory name with
        | Error Reason.Is_directory -> Fs.remove_directory fs ~directory name
        | result -> result
      in
      Copy.ok path result)

(* The check has its own eyes, but no keys. *)
let cipher_of image headers =
  match List.filter Header.is_encrypted (List.map fst headers) with
  | [] -> None
  | encrypted ->
      let keys = Copy.ok image (Password.unlock image encrypted) in
      let { Cipher.decrypt; encrypt_hash; _ } = Keys.cipher keys in
      Some { Redoxfs_check.decrypt; encrypt_hash }

let check image =
  let device = device (File_device.open_ image ~read_only:true) in
  let ring = Copy.ok image (Ring.find device) in
  let cipher = cipher_of image ring.headers in
  let result = Redoxfs_check.run ?cipher device ~base:ring.base in
  List.iter (Format.printf "%a@." Redoxfs_check.Report.pp) result.findings;
  Printf.printf "generation %d: %d findings\n" result.generation result.count;
  if result.count > 0 then exit 1

let repair image ~dry_run =
  let device = device (File_device.open_ image ~read_only:dry_run) in
  if not (Repair_command.run (options image ~read_only:dry_run) image device ~dry_run) then exit 1

let snapshot arguments =
  let reading image = mounted image ~read_only:true in
  let writing image = mounted image ~read_only:false in
  match arguments with
  | [ "list"; image ] -> reading image Snapshot_command.list
  | [ "create"; image; name ] ->
      writing image (fun fs -> Copy.ok name (Fs.create_snapshot fs name))
  | [ "delete"; image; name ] ->
      writing image (fun fs -> Copy.ok name (Fs.delete_snapshot fs name))
  | [ "rollback"; image; name ] ->
      writing image (fun fs -> Snapshot_command.roll_back fs ~newer:false name)
  | [ "rollback"; "--newer"; image; name ] ->
      writing image (fun fs -> Snapshot_command.roll_back fs ~newer:true name)
  | [ "detach"; image; name; path ] ->
      writing image (fun fs -> Snapshot_command.detach fs name path)
  | [ "ls"; image; name ] -> reading image (fun fs -> Snapshot_command.viewed fs name (ls "/"))
  | [ "ls"; image; name; path ] ->
      reading image (fun fs -> Snapshot_command.viewed fs name (ls path))
  | [ "get"; image; name; path; destination ] ->
      reading image (fun fs ->
          Snapshot_command.viewed fs name (fun view -> Copy.get view path destination))
  | _ -> raise Usage

let password arguments =
  let change image = mounted image ~read_only:false in
  match arguments with
  | [ "list"; image ] -> mounted image ~read_only:true Password_command.list
  | [ "add"; image ] -> change image Password_command.add
  | [ "change"; image ] -> change image Password_command.change
  | [ "remove"; image ] -> change image (Password_command.remove None)
  | [ "remove"; image; slot ] -> change image (Password_command.remove (Some slot))
  | _ -> raise Usage

let rec run = function
  | "--password-fd" :: n :: command when int_of_string_opt n <> None ->
      Password.set_source (Descriptor (int_of_string n));
      run command
  | "mkfs" :: rest -> mkfs { uuid = None; encrypt = false } rest
  | "password" :: arguments -> password arguments
  | [ "ls"; image ] -> mounted image ~read_only:true (ls "/")
  | [ "ls"; image; path ] -> mounted image ~read_only:true (ls path)
  | [ "cat"; image; path ] -> mounted image ~read_only:true (fun fs -> Copy.cat fs path)
  | [ "get"; image; path; destination ] ->
      mounted image ~read_only:true (fun fs -> Copy.get fs path destination)
  | [ "put"; image; source; path ] ->
      mounted image ~read_only:false (fun fs -> Copy.put fs source path)
  | [ "rm"; image; path ] -> rm image path
  | [ "check"; image ] -> check image
  | [ "check"; "--repair"; image ] -> repair image ~dry_run:false
  | [ "check"; "--repair"; "--dry-run"; image ] -> repair image ~dry_run:true
  | [ "scrub"; image ] -> mounted image ~read_only:true (fun fs ->
      if not (Scrub_command.run fs) then exit 1)
  | "snapshot" :: arguments -> snapshot arguments
  | _ -> raise Usage

let () =
  let fail text =
    prerr_endline ("redoxfs: " ^ text);
    exit 2
  in
  try run (List.tl (Array.to_list Sys.argv)) with
  | Usage ->
      List.iter prerr_string
        [ usage; Repair_command.usage; Scrub_command.usage; Snapshot_command.usage;
          Password_command.usage ];
      exit 2
  | Copy.Refused text | Sys_error text -> fail text
  | Unix.Unix_error (error, _, name) -> fail (name ^ ": " ^ Unix.error_message error)
