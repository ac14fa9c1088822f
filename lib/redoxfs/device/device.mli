(** What a file system is on: blocks of 4096 bytes that are read, written and flushed. In a kernel a
    call may suspend its fiber; a file or memory will do as well.

    A device may keep what was written in a cache that forgets with the power, and write from it in
    any order, until {!flush}. A block is written whole or, at a power cut, partly. *)

type error =
  | Out_of_range  (** not within the device *)
  | Read_only
  | Failed of string  (** what the device says of it *)

val pp_error : Format.formatter -> error -> unit

type run = { block : int; data : Buffer.t  (** whole blocks, consecutive ones *) }

type t = {
  blocks : int;
  read_only : bool;
  read : run list -> (unit, error) result;  (** fills all of them, in any order *)
  write : run list -> (unit, error) result;
      (** in any order, maybe all at once; on an error some are written. The runs are disjoint and
          ascend. The data is the device's until it returns *)
  flush : unit -> (unit, error) result;
      (** what was written before it was called is on the medium *)
  discard : block:int -> count:int -> (unit, error) result;
      (** the contents are not needed any more: a hint *)
}

val memory : Buffer.t -> t
(** In these bytes; what does not fill a block is not used. Nothing is lost, a flush does nothing.
    *)

val part : t -> block:int -> blocks:int -> t
(** A range of another.
    @raise Invalid_argument when it is not within. *)
