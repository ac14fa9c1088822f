(** /proc/sys: settings of the system. Most are told alone. *)

open Fs

val directory : parent:(unit -> Node.t) -> Node.t
