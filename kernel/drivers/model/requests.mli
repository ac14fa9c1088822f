(** Requests to a device that outlive its drivers: each is given to the present driver through its
    {!Port}, and again to the next when it was left unanswered. Device classes ({!Block}, ...) are
    made of this.

    A request is up to {!Port.words} words. The low 8 bits of its first word are its {e tag}, which
    the answer, one word, repeats in its own low 8 bits. The rest is between the class and its
    drivers. *)

type t

val depth : int
(** Requests that one queue may have outstanding: 128. *)

val tag : int -> int
(** Of a request's first word, or of an answer. *)

type outcome =
  | Answered of int  (** the answer's bits above the tag *)
  | Interrupted  (** its driver ended, and the class does not repeat *)
  | Gone  (** there is no driver, and none will come by itself *)

val create : name:string -> queues:int -> repeats:bool -> t
(** [repeats]: whether what a driver left unanswered is asked again. *)

val queues : t -> int

val submit : t -> fill:(int array -> int) -> (outcome -> unit) -> unit
(** Takes a free request, waiting for one if need be; [fill] writes its words, all but the tag, and
    says how many; it does not suspend. The function is called once, when it is answered, in a fiber
    of the device's: short, and it does not wait. Any core. *)

val ask : t -> fill:(int array -> int) -> outcome
(** The same, and waits. What the request uses is in use until this returns, so a fiber that is
    canceled waits for it too. *)

(** {1 Lives of drivers} *)

val serve : t -> Device.t -> queues:(int * Sched.Bell.t) list -> Port.driver list
(** A new driver, with a queue for each core and bell: as many as the requests have. What is
    unanswered is sent. The device is watched.
    @raise Device.Failed when there are fewer or more. *)

val close : t -> unit
(** There will be no driver: what is unanswered is [Gone], and so is what comes until the next
    {!serve}. *)

(** {1 Statistics} *)

type counts = {
  answered : int;
  repeated : int;  (** sent to a further driver *)
  outstanding : int;
}

val counts : t -> counts
val ports : t -> Port.statistics list
(** Of the present driver's queues. *)
