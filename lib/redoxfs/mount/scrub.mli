(** Reads everything that a mounted file system has stored, from the device, and compares it with
    its hash: a step at a time, for as long as somebody asks for the next one, while others read and
    write. Snapshots are part of it. Nothing is written.

    What is changed meanwhile is found in either state, or not at all where it was written behind
    the place that the scrub has reached. *)

type t

val create : Fs.t -> t

type progress = {
  blocks : int;  (** that were read *)
  total : int;  (** about, in all *)
  damaged : int;  (** places *)
  is_done : bool;
}

val step : t -> blocks:int -> progress
(** Goes on, and stops after about so many blocks (a directory is read in one go). *)

type damage = {
  place : string;  (** a path, or what it is; of a snapshot with its name before it *)
  block : int;
  reason : Reason.t;  (** also what the device says *)
}

val damage : t -> damage list
(** What was found until now, the first 1,000. Names are looked for now: that reads all
    directories. *)
