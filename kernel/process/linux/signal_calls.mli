(** Signals: sending, handling, masking and waiting for them. *)

val all : Call.t list

val get_mask : Process.thread -> int -> size:int -> (Signal.Set.t option, Fs.Errno.t) result
(** The set at an address, none at 0; [EINVAL] for another size than 8. *)

val with_mask :
  Process.thread ->
  Signal.Set.t option ->
  (unit -> ('a, Fs.Errno.t) result) ->
  ('a, Fs.Errno.t) result
(** With that as the thread's mask meanwhile, and for the handler of the signal that ends it. *)
