(** A device tree as it is handed over: a header, and the blocks of reserved memory, of structure
    and of strings that it points to.

    Source: Devicetree Specification 0.4, chapter 5. *)

type t = {
  size : int;  (** in bytes, as the header says; what follows is no part of it *)
  boot_cpu : int;  (** the [reg] of the core that the firmware started on *)
  reservations : Region.t list;  (** physical memory that is never to be written *)
  root : Node.t;
}

val read : Contents.t -> (t, Error.t) result
(** Errors are those of {!Structure}, and: [Truncated] and [Bad_value] where a block does not lie
    within the blob, or the blob within the contents; [Bad_magic], [Unsupported_version],
    [Misaligned] and [Overlap]. These name the header's field. Nothing of the contents is kept. *)
