(** A disk put to the test: random writes at depth, read back and compared. Destroys its
    contents. *)

type result = {
  written : int;  (** bytes *)
  verified : int;  (** bytes *)
  requests : int;
  elapsed_ns : int;
}

val run : ?mib:int -> ?depth:int -> ?seed:int -> Drivers.Block.t -> (result, string) Stdlib.result
(** Writes [mib] (256) mebibytes in blocks of 4 KiB to random places, from [depth] (32) fibers on
    all cores that serve local processes; flushes; and reads back what each place must have now. The
    error says what was wrong, and where. *)
