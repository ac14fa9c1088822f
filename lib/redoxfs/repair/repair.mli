(** Makes a file system whole again that is not mounted: what is free is found anew, from what can
    be reached, so whatever was leaked is free; counts, flags, sizes and directories are made to say
    what there is; what no name leads to gets one in [/lost+found]; snapshots' lists are made anew.

    There is no second copy of anything: data that is damaged stays as it is, and is told. So is
    what two files have in common.

    Nothing that can be reached is written over: the repaired file system is a new generation, or
    two, and until that is on the device everything is as it was. Memory: some hundred bytes a node
    and a name, and a few bits a block for each list of a snapshot. *)

type report = {
  generation : int;  (** that was looked at *)
  findings : string list;  (** what is wrong, each with a path or the like *)
  leaked : int;  (** blocks that nothing needs, and that were not free *)
  unguarded : int;  (** blocks that something needs, and that were free *)
  is_damaged : bool;  (** some data is lost for good *)
  written : int option;  (** the generation that is repaired *)
}

val run : Fs.options -> Device.t -> dry_run:bool -> (report, Reason.t) result
(** Of the newest generation if it can be mounted; or of the newest of which all can be read, if
    that is among those that are kept; or of the newest that has a root directory. [dry_run]: only
    looks. Otherwise it writes, if anything is to be repaired. [No_space] when there are not even
    blocks enough for that, [Read_only] when it may not. *)
