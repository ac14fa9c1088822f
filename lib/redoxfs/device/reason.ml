type t =
  | Damaged of Error.t
  | Device of { block : int; error : Device.error }
  | No_file_system
  | Locked
  | Wrong_password
  | Not_encrypted
  | Last_password
  | No_entry
  | Exists
  | Not_directory
  | Is_directory
  | Not_symlink
  | Not_file
  | Not_empty
  | Bad_name
  | Into_itself
  | Too_large
  | Too_many
  | No_space
  | In_use
  | Newer_snapshots
  | Read_only

let text = function
  | Damaged e -> Error.to_string e
  | Device { block; error } -> Format.asprintf "device block %d: %a" block Device.pp_error error
  | No_file_system -> "there is no RedoxFS of version 8"
  | Locked -> "the file system is encrypted: it needs a password"
  | Wrong_password -> "the password is wrong: no key slot fits"
  | Not_encrypted -> "the file system is not encrypted"
  | Last_password -> "it is the only password: nothing would open the file system any more"
  | No_entry -> "there is no such name"
  | Exists -> "the name exists"
  | Not_directory -> "it is not a directory"
  | Is_directory -> "it is a directory"
  | Not_symlink -> "it is not a symbolic link"
  | Not_file -> "it is not a file"
  | Not_empty -> "the directory is not empty"
  | Bad_name -> "no file can have this name"
  | Into_itself -> "a directory cannot be moved into itself"
  | Too_large -> "no file can be so large"
  | Too_many -> "there can be no more links or nodes"
  | No_space -> "the file system is full"
  | In_use -> "somebody has it open"
  | Newer_snapshots -> "there are newer snapshots, which would go with it"
  | Read_only -> "the file system is read-only"

let to_string = text
let damaged ~block field problem = Error (Damaged { block; field; problem })
let of_error result = Result.map_error (fun e -> Damaged e) result
