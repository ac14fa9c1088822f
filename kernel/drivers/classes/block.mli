(** Disks. A disk stays while drivers of its device come and go: a request that a driver leaves
    unanswered is given to the next. Reading, writing and flushing can be repeated, so whoever waits
    notices nothing but the time. When the driver is given up or stopped, requests fail.

    Everything is counted in sectors of 512 bytes; a disk with larger blocks wants whole ones
    ([info.block_sectors]), in each segment. Data is read to and written from {!Hal.Dma} memory,
    without a copy. *)

type t

val sector_bytes : int
(** 512. *)

type info = {
  sectors : int;
  block_sectors : int;  (** the unit of all requests, a power of two *)
  read_only : bool;
  has_cache : bool;  (** written data is lost with the power until {!flush} *)
  discard_max : int;  (** sectors of one {!discard}; 0: the disk has none *)
  zeroes_max : int;  (** sectors of one {!write_zeroes}; 0: the disk has none *)
  identity : string;  (** serial number or such; may be empty *)
}

val info : t -> info
val name : t -> string
(** ["disk0"]. *)

val device : t -> string

val unit_name : t -> string
(** Which of the device's disks it is: ["namespace 2"]; empty where it has but one. *)

type error =
  | Out_of_range  (** not within the disk, or not whole blocks *)
  | Read_only
  | Unsupported
  | Failed  (** the device says that it could not *)
  | Gone  (** it has no driver any more *)

val pp_error : Format.formatter -> error -> unit

(** {1 Requests} *)

val read : t -> sector:int -> Hal.Dma.t -> offset:int -> sectors:int -> (unit, error) result
(** Fills the memory from [offset], whose device address is a multiple of 512, and waits for it. The
    memory is the request's until it returns, also when the fiber is canceled: then it returns
    first.
    @raise Invalid_argument when that is not within the memory, or not aligned. *)

val write : t -> sector:int -> Hal.Dma.t -> offset:int -> sectors:int -> (unit, error) result

val flush : t -> (unit, error) result
(** What was written before is on the medium. *)

val discard : t -> sector:int -> sectors:int -> (unit, error) result
(** The contents are not needed any more. *)

val write_zeroes : t -> sector:int -> sectors:int -> (unit, error) result

(** {2 Many at once} *)

type operation = Read | Write | Flush | Discard | Write_zeroes
type segment = { memory : Hal.Dma.t; offset : int; sectors : int }

val segments_max : int
(** 5. *)

val sectors_max : int
(** Of one segment: 2{^18} - 1. *)

val submit : t -> operation -> sector:int -> segment list -> ((unit, error) result -> unit) -> unit
(** The request is on its way, or waits for others to make room. The function is called when it is
    answered, in a fiber of the disk's: short, and it does not wait. Memory of [Discard] and
    [Write_zeroes] is not used: one segment's [sectors] counts.
    @raise Invalid_argument as {!read}; or for more than {!segments_max} segments. *)

(** {1 Disks there are} *)

val all : unit -> t list
(** By name. *)

val find : string -> t option
val statistics : t -> Port.statistics list
(** Of each queue of the present driver. *)

type counts = { requests : int; replayed : int; failed : int }

val counts : t -> counts

(** {1 For drivers}

    A request is an item of {!Port}: word 0 from {!Wire}, word 1 the first sector, and a word for
    each segment. The answer is one word. *)

val offer : Device.t -> info -> queues:(int * Sched.Bell.t) list -> Port.driver list
(** The device is a disk, with a queue for each core and bell. When it was one before it must be the
    same as then; unanswered requests come again.
    @raise Device.Failed when it is not the same. *)

type offered = { unit_name : string; info : info; queues : (int * Sched.Bell.t) list }

val offer_all : Device.t -> offered list -> Port.driver list list
(** The same of a device that is several disks, each of a name of its own, all at once. Requests of
    a disk that an earlier driver of the device offered, and this one does not, fail with [Gone]. *)

module Wire : sig
  val tag : int -> int
  (** From word 0: what the answer names, below {!Requests.depth}. *)

  val operation : int -> operation
  val segments : int -> int

  val address : int -> int
  (** From a segment's word: the device address of its memory... *)

  val sectors : int -> int
  (** ... and its length. *)

  type status = Ok | Error | Not_supported

  val answer : tag:int -> status -> int
end
