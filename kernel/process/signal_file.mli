(** Files that tell of signals (signalfd(2)): readable when one of a set is pending for the thread
    that looks, and read by it in pieces of 128 bytes, each of which takes one signal. They neither
    block signals nor keep them from handlers. *)

open Fs

type t
type File.what += Signals of t

val create : Signal.Set.t -> File.t
val set : t -> Signal.Set.t -> unit
(** From now on it is of these; of SIGKILL and SIGSTOP never. *)
