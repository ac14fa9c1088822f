(** Files that are in messages of local sockets, on their way from one process to another. Each
    message holds its files, so a file lives on while it is under way.

    Sockets that are held by nothing but messages, which wait in just such sockets, can never be
    received: these are found and emptied here. One lock for all of them makes what is seen
    consistent. It comes before the locks of {!Unix_end}. *)

val most : int
(** Files that a user may have under way. *)

val launch : Unix_end.message -> (unit -> (unit, Errno.t) result) -> (unit, Errno.t) result
(** Holds the message's files, then calls the function, which puts it into its queue; lets them go
    when that fails. [ETOOMANYREFS] when its sender's user has too many under way. *)

val land_ : Unix_end.message -> File.t list
(** Takes the files out of a message; who asks holds them now. *)

val look : Unix_end.message -> File.t list
(** The same files, held once more; the message keeps them. *)

val release : File.t list -> unit
(** Lets them go. What is closed by this may let go of others, in turn and not one inside the
    other. *)

val nr_under_way : unit -> int
(** Sockets that are in messages. *)

val collect : unit -> unit
(** Empties sockets that can never be received. Costs time for each socket that is under way.
    {!launch} calls it when there are many. *)

val collect_after_close : unit -> unit
(** The same for a socket that was closed, unless few were closed for so many that are under way. *)

val collect_rest : unit -> unit
(** The same when the latest closes left it: at the end of a process. *)
