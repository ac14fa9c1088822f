(** Event counters (eventfd(2)): files of eight bytes. Writing adds a number to the counter; reading
    takes what has come together, or one of it. Each takes place as a whole, or waits; [EINVAL] when
    there is room for less, or when other than eight bytes are written. *)

val create : initial:int -> semaphore:bool -> File.t
(** Opened for both. [semaphore]: reading takes one at a time. *)
