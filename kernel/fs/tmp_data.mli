(** The bytes of a regular file in memory: a memory object of its own, or a range of the boot module
    that becomes one when it is first written, or mapped where its pages aren't whole.

    Writing and cutting take the data's lock; reading takes none, and sees a size only once the
    bytes up to it are there. A hole takes no memory. *)

type t

val empty : Tmp_space.t -> t

val of_module : Tmp_space.t -> Hal.Machine.contents -> offset:int -> size:int -> t
(** Shows them where they are. *)

val size_max : int
(** 1 PiB. *)

val size : t -> int

val pages : t -> int
(** That it takes, when it was last changed. *)

val read : t -> at:int -> Transfer.t -> (int, Errno.t) result

val write : t -> at:int -> Transfer.t -> (int, Errno.t) result
(** [EFBIG] at {!size_max}, [ENOSPC]; fewer bytes when there is room for these alone. *)

val resize : t -> int -> (unit, Errno.t) result

val memory : t -> writable:bool -> (Hal.Memory_object.t, Errno.t) result
(** What mappings show. It stays the data's. *)

val finish : t -> unit
(** Gives everything back: nobody will use it again. *)
