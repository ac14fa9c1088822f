(** getsockopt(2) and setsockopt(2) of local sockets: those of the level SOL_SOCKET (socket(7)). *)

open Fs

val get : Process.thread -> Unix_socket.t -> Call.answer
(** With the call's arguments from the level on. [ENOPROTOOPT] for unknown ones, [EOPNOTSUPP] for
    other levels. *)

val set : Process.thread -> Unix_socket.t -> Call.answer
