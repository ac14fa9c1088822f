(** Reading and writing as all calls do that move bytes, with what a process has to do with it:
    whether it may use its terminal, the signals and errors of pipes and sockets, [RLIMIT_FSIZE],
    and the set-user-id bits that are lost by writing. *)

open Fs

val is_directory : File.t -> bool

val read : Process.thread -> File.t -> Transfer.t -> Call.answer
val write : Process.thread -> File.t -> Transfer.t -> Call.answer
(** Where the file's own position is, if it has one. *)

val read_within : Process.thread -> Patience.t -> File.t -> Transfer.t -> Call.answer
val write_within : Process.thread -> Patience.t -> File.t -> Transfer.t -> Call.answer
(** The same, waiting no longer than that. *)

val read_at : Process.thread -> File.t -> at:int -> Transfer.t -> Call.answer
val write_at : Process.thread -> File.t -> at:int -> Transfer.t -> Call.answer

val within_limit :
  Process.thread ->
  File.t ->
  from:(unit -> (int, Errno.t) result) ->
  Transfer.t ->
  (Transfer.t, Errno.t) result
(** As much of it as [RLIMIT_FSIZE] leaves from that place on; beyond it [EFBIG], and SIGXFSZ. *)
