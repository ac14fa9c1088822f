(** Names in directories. *)

val max_bytes : int
(** 252. *)

val is_valid : string -> bool
(** UTF-8 of 1 to {!max_bytes} bytes without NUL, [/] and [:], and neither [.] nor [..]. *)

val hash : string -> int
(** By which directories are sorted: 32 bits, never 0xffffffff. *)

val compare_hashed : int * string -> int * string -> int
(** By hash, then by name: the order in which directories are listed. *)
