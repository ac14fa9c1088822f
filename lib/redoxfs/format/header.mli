(** The header of a commit. The file system begins with a ring of {!ring} blocks; the header of
    generation [g] is in block [g mod ring], so each commit overwrites the oldest.

    Offsets: signature 0, version 8, uuid 16, size 32, generation 40, tree 48, allocation list 64,
    64 key slots of 48 bytes 80, release list 3152, padding 3168, encrypted hash 4072, hash 4088. *)

type t = {
  uuid : string;  (** 16 bytes *)
  size : int;  (** bytes of the file system, from the ring on *)
  generation : int;
  tree : Pointer.t;  (** {!Tree_list} *)
  allocations : Pointer.t;  (** {!Allocation_list}, the newest *)
  releases : Pointer.t;  (** {!Release_list}, the newest; may be null *)
  key_slots : Key_slots.t;
  padding : string;  (** 904 bytes *)
  hash : string;  (** 16 bytes, of all before, as it was read; {!print} makes its own *)
  encrypted_hash : string;  (** the same, encrypted where all but the ring is *)
}

val ring : int
(** 256. *)

val padding_bytes : int
(** 904. *)

val slot : t -> int
(** Its block. *)

val parse : Block.t -> (t, Error.t) result
(** What a block of the ring holds. An error is usual: of a slot that was never written, or torn. *)

val is_encrypted : t -> bool
(** Whether all but the ring is encrypted, of a header that was read. *)

val print : ?encrypt:(generation:int -> string -> string) -> t -> Buffer.t
(** The block. [encrypt] makes the encrypted hash of the plain one, both 16 bytes. *)

val blank : uuid:string -> size:int -> t
(** Generation 0, without anything.
    @raise Invalid_argument when the uuid has not 16 bytes. *)
