open Fs

type File.what += Placed of Mounts.place
type File.what += Path_only of Mounts.place

let place (file : File.t) =
  match file.what with Placed place | Path_only place -> Some place | _ -> None

let working_directory = -100
let is_absolute path = String.starts_with ~prefix:"/" path

let start files fd path =
  if fd = working_directory || is_absolute path then Ok None
  else
    Descriptors.using files fd @@ fun file ->
    match place file with Some place -> Ok (Some place) | None -> Error Errno.ENOTDIR
