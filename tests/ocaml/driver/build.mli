(** Does what a plan says: compiles a test's programs, and links their kernels where they are to be
    kernels. *)

exception Failed of string

(** A script of the test's own says so. *)
exception Does_not_apply of string

(** The libraries of the suite itself ([testing] and [lib]), for the target. Once, before anything
    else. *)
val suite_libraries : Config.t -> unit

(** Performs the steps; returns the path of the run's program, or of the kernel that it is linked
    to. [source] is the test's directory. Raises {!Failed}, when the log has the details, and
    {!Does_not_apply}. *)
val executable : Config.t -> source:string -> log:string -> Plan.run -> string
