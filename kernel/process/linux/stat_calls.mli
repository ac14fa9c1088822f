(** What is told of a file without opening it: stat and its kin, statfs, access, readlink.

    The structures are {!Stat_layout}'s. access asks for the process's real user and group, not for
    the effective ones that opening would go by. *)

val all : Call.t list
