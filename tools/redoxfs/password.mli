(** Passwords: asked for at the terminal, without showing them, or read from a file descriptor, one
    a line, by scripts. None of them is ever on the command line or in the environment, where others
    could see it. *)

type source = Terminal | Descriptor of int

val set_source : source -> unit
(** The terminal until then. *)

val ask : string -> string
(** One that is there already; the text says which.
    @raise Copy.Refused when there is none, or no terminal. *)

val ask_new : string -> string
(** One that is to be: at the terminal twice. Refused when it is empty. *)

val unlock : string -> Redoxfs.Unlock.t
(** Asks when the file system is encrypted, at the terminal three times; the text is the image's
    name. *)

val given : unit -> string
(** What opened the last image that was. *)

val random : Redoxfs.Keys.random
(** Of this system's generator. *)
