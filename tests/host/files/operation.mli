(** What is done both here and on Linux, to be compared. *)

open Fs

type who = { uid : int; gid : int; group : int option }

type t =
  | Open of { slot : int; path : string; flags : Opening.flags }
  | Open_path of { path : string; directory : bool; no_follow : bool }
  | Close of int
  | Write of { slot : int; at : int; length : int; byte : char }
  | Read of { slot : int; at : int; length : int }
  | Cut of { slot : int; size : int }
  | Make_directory of string * int
  | Make_node of string * Node.kind * int
  | Symlink of { target : string; path : string }
  | Link of { old : string; path : string; follow : bool }
  | Unlink of string
  | Remove_directory of string
  | Rename of string * string * Node.how
  | Read_link of string
  | Stat of { path : string; follow : bool }
  | Change_mode of string * int
  | Change_owner of { path : string; uid : int; gid : int; follow : bool }  (** -1: none *)
  | Change_times of { path : string; accessed : int; modified : int }
      (** seconds; -1 for now, -2 for none *)
  | Access of string * int
  | Truncate of string * int
  | Change_directory of string
  | List of string
  | Where  (** getcwd *)

val slots : int
val file_mode : int  (** of what [Open] creates *)

val random : Random.State.t -> t
val random_who : Random.State.t -> who
val to_string : t -> string
