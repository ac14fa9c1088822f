(** Why the file system did not do what it was asked. *)

type t =
  | Damaged of Error.t  (** what is stored is not what a file system stores *)
  | Device of { block : int; error : Device.error }  (** the device's block *)
  | No_file_system  (** no header of format version 8 is there *)
  | Locked  (** it is encrypted, and nobody gave a password *)
  | Wrong_password  (** no key slot fits *)
  | Not_encrypted
  | Last_password  (** nothing would open the file system any more *)
  | No_entry
  | Exists
  | Not_directory
  | Is_directory
  | Not_symlink
  | Not_file  (** nothing with data in it *)
  | Not_empty
  | Bad_name  (** see {!Name.is_valid} *)
  | Into_itself  (** a directory cannot be moved into its own *)
  | Too_large  (** beyond what a file can hold *)
  | Too_many  (** links of a node, or nodes of a file system *)
  | No_space
  | In_use  (** a snapshot, or nodes when all of them would change *)
  | Newer_snapshots  (** rolling back would delete them *)
  | Read_only

val to_string : t -> string

val damaged : block:int -> string -> Error.problem -> ('a, t) result
val of_error : ('a, Error.t) result -> ('a, t) result
