(** Files and commands on the host. *)

val read : string -> string
val write : string -> string -> unit

(** Makes a directory and those above it. *)
val make_directory : string -> unit

(** Copies a file, or a directory with all that is in it. *)
val copy : string -> string -> unit

val remove : string -> unit

(** Runs a shell command in a directory, its output appended to [log]: the exit status. *)
val shell : directory:string -> log:string -> string -> int

val append : string -> string -> unit
