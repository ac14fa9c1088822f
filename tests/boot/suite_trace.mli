(** What [Hal.Trace] promises: what is recorded on any core can be read, the latest is kept, the
    rest is counted. Each test begins to record anew, and ends it. *)

val all : Commands.test list
