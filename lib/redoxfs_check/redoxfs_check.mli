(** The structural check of a RedoxFS, format version 8: written from the format's facts alone, so
    what it says is worth something about the library that writes them.

    It reads everything from the newest header on: every block that a pointer leads to must have its
    hash and one user, be not free, and say what its place asks for; every other block must be free.
    Snapshots are checked alike: what they have must be live, or on a dead list. Those that are
    marked as damaged are not, nor any after somebody wrote who does not know of them. *)

type result = {
  generation : int;  (** of the header *)
  findings : Report.finding list;  (** the first 100 *)
  count : int;
}

module Report = Report

type cipher = Encryption.cipher = {
  decrypt : index:int -> Octets.t -> unit;
      (** in place, of whole blocks, the first of which has the index *)
  encrypt_hash : generation:int -> string -> string;  (** of 16 bytes *)
}

val run : ?cipher:cipher -> Redoxfs.Device.t -> base:int -> result
(** Of the newest header that is whole in the ring at this block; an encrypted one needs the cipher.
    Memory: five bytes a block of the file system. *)
