(** Does what a plan says: compiles a test's programs, links their kernels. *)

exception Failed of string

(** The libraries of the suite itself ([testing] and [lib]), for the target. Once, before anything else. *)
val suite_libraries : Config.t -> unit

(** Performs the steps and links the run's program to a kernel, whose path it returns. [source] is the
    test's directory. Raises {!Failed}; the log has the details. *)
val kernel : Config.t -> source:string -> log:string -> Plan.run -> string
