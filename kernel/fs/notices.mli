(** What happens to files, told to whoever asked: {!Inotify} is made of it. A mark is on a node, and
    hears of the node itself; one on a directory also of what is in it, by name.

    The file systems' own functions tell nothing: who names, opens, reads and changes nodes for
    processes does ({!Naming}, {!Opening}, {!File}, the calls), and a file system when a node has
    ended ({!gone}). While there is no mark at all each of these costs a look at one word. *)

(** {1 Events}

    Bits, as Linux's include/uapi/linux/inotify.h has them. *)

val access : int
val modify : int
val attrib : int
val close_write : int
val close_nowrite : int
val open_ : int
val moved_from : int
val moved_to : int
val create : int
val delete : int
val delete_self : int
val move_self : int

val is_directory : int
(** Beside one of these: it happened to a directory. *)

val excl_unlink : int
(** In a mark's mask: nothing of files that have lost their name in the directory. *)

(** {1 Marks} *)

type mark = {
  node : Node.t;
  number : int;  (** as its owner knows it *)
  mask : int Atomic.t;
  tell : int -> cookie:int -> name:string -> unit;
      (** An event of the mask; the name is empty for the node itself. Short; in any fiber. *)
  gone : unit -> unit;  (** The node has ended, and the mark is removed. *)
}

val add : mark -> unit
val remove : mark -> unit
(** Idempotent. *)

val on : Node.t -> mark list

val any : unit -> bool
(** Whether there is a mark. *)

(** {1 Telling} *)

val tell : Node.t -> int -> unit
(** The marks of the node. *)

val tell_place : Mounts.place -> int -> unit
(** Those of the directory where it was found, if it is there still or nowhere; else of one that has
    it now; and then its own. *)

val tell_named : Node.t -> string -> Node.t -> int -> unit
(** Those of a directory: of the node that has or had that name there. *)

val moved : Node.t * string -> Node.t * string -> Node.t -> unit
(** The node has gone from a directory and name to another. *)

val gone : system:int -> int -> unit
(** The node of that number in that file system has ended. *)
