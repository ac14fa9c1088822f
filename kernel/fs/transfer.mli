(** Where bytes come from or go to when a file is read or written: memory of a process in one or
    several pieces, or bytes of the kernel's. What is given is used from its beginning: each call
    goes on where the one before stopped.

    A transfer belongs to one request, and to its fiber. *)

type t

(** What is asked of the owner of the memory; each with an offset. *)
type work =
  | Put of bytes * int  (** bytes into the memory *)
  | Take of bytes * int  (** bytes from there *)
  | Load of Hal.Memory_object.t * int  (** into the memory, from the object *)
  | Store of Hal.Memory_object.t * int  (** from there to the object *)

val make : length:int -> (work -> from:int -> int -> (int, Errno.t) result) -> t
(** The function does a piece of some work, so many bytes from byte [from] of it on, going on in the
    memory where the last one stopped. It gives how many went over, at least one ([EFAULT]
    otherwise), and is asked neither for more than is left, nor for none. *)

val length : t -> int
(** What is left. *)

val limit : t -> int -> t
(** At most so many bytes of it. The original moves on with it. *)

(** {1 From a file}

    Each gives how many bytes went over: as many as both sides had, or fewer, and at least one, when
    the process's memory ends earlier. [EFAULT] when it ends at once; then nothing was moved. *)

val put : t -> bytes -> int -> int -> (int, Errno.t) result
val load : t -> Hal.Memory_object.t -> offset:int -> length:int -> (int, Errno.t) result

(** {1 To a file} *)

val take : t -> bytes -> int -> int -> (int, Errno.t) result

val store : t -> Hal.Memory_object.t -> offset:int -> length:int -> (int, Errno.t) result
(** Absent pages of the object are made. Also [ENOMEM]. *)

(** {1 The kernel's own} *)

val of_bytes : bytes -> int -> int -> t
val of_string : string -> t
(** To be taken from alone. *)
