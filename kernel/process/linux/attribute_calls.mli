(** What a file tells of itself, changed: permissions, owners, times, and the size of a path's file.
    Extended attributes are [EOPNOTSUPP]. *)

val all : Call.t list
