open Redoxfs

let guard body =
  try Ok (body ()) with
  | Unix.Unix_error (error, call, _) ->
      Error (Device.Failed (call ^ ": " ^ Unix.error_message error))
  | End_of_file -> Error Device.Out_of_range

let rec whole move file data at =
  let left = Buffer.length data - at in
  if left > 0 then
    match move file data at left with
    | 0 -> raise End_of_file
    | n -> whole move file data (at + n)

let each move file { Device.block; data } =
  ignore (Unix.LargeFile.lseek file (Int64.of_int (block * Address.block_bytes)) SEEK_SET);
  whole move file data 0

let device file ~bytes ~read_only =
  let all move runs = guard (fun () -> List.iter (each move file) runs) in
  let write runs = if read_only then Error Device.Read_only else all Unix.write_bigarray runs in
  { Device.blocks = bytes / Address.block_bytes;
    read_only;
    read = all Unix.read_bigarray;
    write;
    flush = (fun () -> guard (fun () -> if not read_only then Unix.fsync file));
    discard = (fun ~block:_ ~count:_ -> Ok ()) }

let with_message name body =
  try Ok (body ()) with
  | Unix.Unix_error (error, _, _) -> Error (name ^ ": " ^ Unix.error_message error)

let open_ name ~read_only =
  with_message name (fun () ->
      let file = Unix.openfile name [ (if read_only then O_RDONLY else O_RDWR) ] 0 in
      let bytes = Int64.to_int (Unix.LargeFile.lseek file 0L SEEK_END) in
      device file ~bytes ~read_only)

let create name ~bytes =
  with_message name (fun () ->
      let file = Unix.openfile name [ O_RDWR; O_CREAT; O_EXCL ] 0o644 in
      Unix.LargeFile.ftruncate file (Int64.of_int bytes);
      device file ~bytes ~read_only:false)
