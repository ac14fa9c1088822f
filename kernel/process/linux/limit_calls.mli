(** getrlimit, setrlimit, prlimit64: a process's {!Limit}s, as [struct rlimit]. *)

val all : Call.t list
