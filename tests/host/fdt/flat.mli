(** Writes flattened device trees, right ones and wrong ones. *)

type node = { name : string; properties : (string * string) list; children : node list }

val node : string -> (string * string) list -> node list -> node

(** {1 Values of properties} *)

val cells : int list -> string
val text : string -> string
val texts : string list -> string

(** {1 Blobs} *)

val blob : ?reservations:(int * int) list -> ?boot_cpu:int -> node -> string
(** The header, 40 bytes; the reservations, 16 each and as many at the end; the structure; the
    strings, each name once, in the order of first use. *)

val contents : string -> Fdt.Contents.t

(** {1 From parts} *)

val assemble :
  ?reservations:(int * int) list -> ?boot_cpu:int -> strings:string -> string list -> string
(** The structure block is the concatenation of the list. *)

val begin_node : string -> string
val end_node : string

val property : int -> string -> string
(** An offset into the strings block, and a value. *)

val nop : string
val end_ : string

val patch : string -> int -> int -> string
(** The blob with the 32-bit number at an offset replaced. *)

val u32 : string -> int -> int
val trimmed : string -> string
(** A blob without the free space behind its last block. *)
