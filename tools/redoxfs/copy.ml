open Redoxfs

exception Refused of string

let ok name = function
  | Ok value -> value
  | Error reason -> raise (Refused (name ^ ": " ^ Reason.to_string reason))

let parts path = List.filter (fun name -> name <> "" && name <> ".") (String.split_on_char '/' path)

let find fs path =
  let step directory name = ok path (Fs.lookup fs ~directory name) in
  List.fold_left step Operations.root (parts path)

let part_bytes = 1 lsl 20
let owner = { Fs.uid = 0; gid = 0 }

(* ---- into the file system ---- *)

let rec write_all fs id name file buffer offset =
  match Unix.read_bigarray file buffer 0 part_bytes with
  | 0 -> ()
  | length ->
      let written = ok name (Fs.write fs id ~offset { buffer; at = 0; length }) in
      if written < length then raise (Refused (name ^ ": the file system is full"));
      write_all fs id name file buffer (offset + length)

let time seconds = { Node.seconds = int_of_float seconds; nanoseconds = 0 }

let put_file fs ~directory name source (stat : Unix.LargeFile.stats) =
  let permissions = stat.st_perm land 0o7777 in
  let id = ok name (Fs.create_node fs ~directory name File ~permissions owner) in
  let file = Unix.openfile source [ O_RDONLY ] 0 in
  let close () = Unix.close file in
  Fun.protect ~finally:close (fun () ->
      write_all fs id source file (Buffer.create part_bytes) 0);
  ok name (Fs.set_times fs id ~modified:(time stat.st_mtime) ())

let replace fs ~directory name =
  match Fs.unlink fs ~directory name with
  | Ok () | Error Reason.No_entry -> ()
  | Error reason -> raise (Refused (name ^ ": " ^ Reason.to_string reason))

let folder fs ~directory name (stat : Unix.LargeFile.stats) =
  match Fs.lookup fs ~directory name with
  | Ok id -> id
  | Error _ ->
      let permissions = stat.st_perm land 0o7777 in
      ok name (Fs.create_node fs ~directory name Directory ~permissions owner)

let sorted names =
  Array.sort String.compare names;
  Array.to_list names

let rec put_at fs ~directory name source =
  let stat = Unix.LargeFile.lstat source in
  match stat.st_kind with
  | S_DIR ->
      let directory = if name = "" then directory else folder fs ~directory name stat in
      List.iter
        (fun child -> put_at fs ~directory child (Filename.concat source child))
        (sorted (Sys.readdir source));
      if name <> "" then
        ok name (Fs.set_times fs directory ~modified:(time stat.st_mtime) ())
  | S_REG ->
      replace fs ~directory name;
      put_file fs ~directory name source stat
  | S_LNK ->
      replace fs ~directory name;
      let target = Unix.readlink source in
      ignore (ok name (Fs.symlink fs ~directory name ~target owner))
  | _ -> raise (Refused (source ^ ": neither a file nor a folder nor a link"))

let put fs source path =
  match List.rev (parts path) with
  | [] -> put_at fs ~directory:Operations.root "" source
  | name :: folders ->
      let directory = find fs (String.concat "/" (List.rev folders)) in
      put_at fs ~directory name source

(* ---- out of it ---- *)

let read_all fs id name out =
  let buffer = Buffer.create part_bytes in
  let rec go offset =
    let length = ok name (Fs.read fs id ~offset { buffer; at = 0; length = part_bytes }) in
    if length > 0 then begin
      output_string out (Buffer.to_string buffer 0 length);
      go (offset + length)
    end
  in
  go 0

let cat fs path = read_all fs (find fs path) path stdout

let rec each_name fs id name f cursor =
  let names, next = ok name (Fs.list fs id cursor) in
  List.iter f names;
  Option.iter (each_name fs id name f) next

let get_file fs id (node : Node.t) destination =
  let flags = [ Open_wronly; Open_creat; Open_excl; Open_binary ] in
  let out = open_out_gen flags (node.permissions land 0o777) destination in
  Fun.protect ~finally:(fun () -> close_out out) (fun () -> read_all fs id destination out);
  let modified = float_of_int node.modified.seconds in
  Unix.utimes destination modified modified

(* A name may come from anybody: it names a child, and nothing else. *)
let rec get_at fs id destination =
  let node = ok destination (Fs.stat fs id) in
  match node.kind with
  | File -> get_file fs id node destination
  | Symlink -> Unix.symlink (ok destination (Fs.read_link fs id)) destination
  | Socket -> ()
  | Directory ->
      if not (Sys.file_exists destination && Sys.is_directory destination) then
        Unix.mkdir destination 0o755;
      let child (name, id) =
        if not (Name.is_valid name) then raise (Refused (Printf.sprintf "%S is no name" name));
        get_at fs id (Filename.concat destination name)
      in
      each_name fs id destination child Names.start

let get fs path destination = get_at fs (find fs path) destination
