(** Bytes from a pipe to another file or pipe, or to a pipe from another file, by way of the kernel.
    What cannot be put into the target stays where it was.

    Each waits for what the pipe must have, bytes or room, unless that is to be done [at_once] or
    its description is nonblocking; then it moves what there is, as far as there is room. 0 is the
    end of what is read. [EAGAIN], [EINTR], [EPIPE] (with SIGPIPE) *)

open Fs

val pipe_of : File.t -> Pipe.t option

type place =
  | Own  (** the file's own position, if it has one *)
  | At of int ref  (** that moves on *)

val from_pipe :
  Process.thread -> File.t -> File.t -> place -> at_once:bool -> length:int -> Call.answer

val to_pipe :
  Process.thread -> File.t -> place -> File.t -> at_once:bool -> length:int -> Call.answer

val between : Process.thread -> File.t -> File.t -> at_once:bool -> length:int -> Call.answer
(** Two pipes, which are not the same. *)

val copied : Process.thread -> File.t -> File.t -> at_once:bool -> length:int -> Call.answer
(** The same, but the first one keeps the bytes. *)

val once :
  Process.thread -> File.t -> Readiness.t -> at_once:bool -> (unit -> Call.answer) -> Call.answer
(** Something done with a pipe's end, as soon as it is not [EAGAIN]: its bits tell when to try. *)
