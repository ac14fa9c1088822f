(** The kernel data queues: bounded, lock-free rings of cache-line cells, between cores, and between
    the kernel and a process or a guest. Every driver has one coming in and one going out, and talks
    to the rest of the kernel through nothing else.

    An item is a few words, in a cell of its own: {!words_single} of them, or {!words_many} where
    several producers share a ring. Items of one producer come out in the order in which they went
    in. A full ring takes nothing: the producer waits, does something else, or drops, and what is
    dropped is counted.

    A ring has one consumer, and one producer ({!single}) or many ({!many}). Each end belongs to one
    core, that which uses it first, until another says {!adopt}; an end that is used on another core
    raises [Invalid_argument]. No call blocks, and none but those that make ends allocates.

    {2 Sleeping}

    Nobody polls. Whoever finds nothing to do registers itself where its waker will look, and asks
    {!prepare_sleep}; only if that answers [Sleep] it suspends. The other side's next call that
    changes anything then answers [true] (or an {!outcome} that {!must_wake}), once, and its caller
    wakes who is registered, every producer in the case of {!many}. No wake-up is lost. One may come
    for nothing, so whoever wakes looks again:
    {[
      let rec next_batch consumer buffer =
        let popped = Ring.pop consumer buffer ~pos:0 ~words:3 ~items:16 in
        if Ring.must_wake popped then wake_producers ();
        if Ring.items popped > 0 then Ok (Ring.items popped)
        else begin
          let trigger = Trigger.create () in
          Atomic.set sleeping_consumer (Some trigger);
          match Ring.prepare_sleep_consumer consumer with
          | Ready -> next_batch consumer buffer
          | Broken -> Error `Peer
          | Sleep -> (
              match Trigger.await trigger with
              | None -> next_batch consumer buffer
              | Some (exn, backtrace) -> Printexc.raise_with_backtrace exn backtrace)
        end

      let send producer item =
        let pushed = Ring.push producer item ~pos:0 ~words:3 ~items:1 in
        if Ring.must_wake pushed then
          Option.iter Trigger.signal (Atomic.exchange sleeping_consumer None);
        Ring.items pushed = 1
    ]}

    {2 Cost}

    Under 40 instructions for an item of up to three words through a ring of {!single}, {!push}ed
    and {!pop}ped in batches of 16, and about 7 more for each further word, on each architecture;
    [docs/rings.md] has the figures. *)

type single
type many

type 'form producer
(** The end that writes: of a ring of its own, or of one that it shares with others. *)

type consumer
(** The end that reads. *)

type full =
  | Refuse  (** what finds no room stays with its producer *)
  | Drop  (** it is lost, and counted *)

val words_single : int
val words_many : int

val capacity_max : int
(** In items. *)

val batch_max : int
(** Items that one {!push} or {!pop} may move. *)

val single : ?full:full -> capacity:int -> unit -> single producer * consumer
(** An empty ring of [capacity] items, a power of two; [full] is [Refuse] when not given.
    @raise Invalid_argument when it is none, or more than {!capacity_max}. *)

type funnel
(** A ring that any number of producers share. *)

val many : ?full:full -> capacity:int -> unit -> funnel * consumer
val producer : funnel -> many producer
(** Another producer of this ring. *)

(** {1 Whole batches} *)

type outcome = private int
(** What a push or pop did. *)

val items : outcome -> int
(** How many items it moved. *)

val must_wake : outcome -> bool
(** The other side sleeps and is to be woken. *)

val push : _ producer -> int array -> pos:int -> words:int -> items:int -> outcome
(** [push p array ~pos ~words ~items] sends [items] items of [words] words each, which stand one
    after another in [array] from [pos] on. Fewer are sent only when the ring is full; the others
    are counted as refused or as dropped. Words that are not written are undefined.
    @raise Invalid_argument when they are not all in the array, are more than {!batch_max}, or wider
    than a cell; or when cells are reserved. *)

val pop : consumer -> int array -> pos:int -> words:int -> items:int -> outcome
(** The same towards [array]. Fewer items come only when there are no more. A word's top bit, which
    an [int] has no room for, is lost. *)

val push_bytes : _ producer -> bytes -> pos:int -> len:int -> outcome
(** Sends one item of [len] bytes; the cell's other bytes are zero. *)

val pop_bytes : consumer -> bytes -> pos:int -> len:int -> outcome
(** Receives the first [len] bytes of one item. *)

(** {1 In place}

    A producer with a ring of its own may write its cells where they are, and any consumer may read
    them there: without a copy, in any order, but with checks for each word. Between [reserve] and
    [publish], and between [take] and [release], the end does nothing else. An exception between the
    two leaves them open; [publish p 0] and [release c 0] close them and change nothing. *)

val reserve : single producer -> int -> int
(** [reserve p n] gives up to [n] cells, numbered from 0; how many. There may be fewer than there is
    room for, as they lie in one piece; 0 only when the ring is full, and then [n] are counted as
    refused or as dropped. *)

val set : single producer -> cell:int -> word:int -> int -> unit
val set_int64 : single producer -> cell:int -> word:int -> int64 -> unit

val publish : single producer -> int -> bool
(** Sends the first so many of the reserved cells and gives back the others. [true]: wake the
    consumer. *)

val take : consumer -> int -> int
(** [take c n] gives up to [n] items, numbered from 0; how many: 0 only when there is none. *)

val get : consumer -> cell:int -> word:int -> int
val get_int64 : consumer -> cell:int -> word:int -> int64

val release : consumer -> int -> bool
(** Gives back the first so many of the taken cells; the other items stay for the next {!take}.
    [true]: wake every producer that sleeps. *)

(** {1 Sleeping} *)

type readiness =
  | Ready  (** there is something to do now: do not sleep *)
  | Sleep  (** there is not, and the next change will wake *)
  | Broken  (** the peer across a boundary wrote what cannot be: end it *)

val prepare_sleep_producer : _ producer -> readiness
(** Whether the producer may sleep until there is room. *)

val prepare_sleep_consumer : consumer -> readiness
(** Whether the consumer may sleep until there are items. *)

val adopt_producer : _ producer -> unit
(** From now on the end belongs to the calling core. The caller has the end from its owner, who no
    longer uses it: a fiber that has come to another core, for example. *)

val adopt_consumer : consumer -> unit

(** {1 Across a protection boundary}

    One end is the kernel's, the other is in a process or a guest, in memory that both can write.
    The peer may do its worst: calls return, and touch nothing but that memory. Items are copied
    before anything looks at them. When the peer shows an index that cannot be, the end is broken
    for good: it moves nothing more, and [prepare_sleep_*] answers [Broken], which whoever waits
    cannot overlook. *)

module Foreign : sig
  type memory = Machine.contents

  val size : capacity:int -> int
  (** Bytes of memory that a ring takes. *)

  val producer : memory -> capacity:int -> single producer
  (** The kernel writes. The memory begins at a multiple of 64 bytes and was filled with zeroes
      before the peer could reach it; it stays mapped as long as the end is used.
      @raise Invalid_argument when it is too small, or the capacity is not a power of two. *)

  val consumer : memory -> capacity:int -> batch:int -> consumer
  (** The kernel reads, at most [batch] items at once, each from a private copy. *)
end

(** {1 Statistics}

    Since the beginning, in items but for [doorbells]: the calls that had to wake the other side.
    They may be asked for on any core. *)

type producer_stats = {
  pushed : int;
  refused : int;  (** for want of room; who tries again counts again *)
  dropped : int;  (** for want of room, in a ring that drops: lost *)
  doorbells : int;
}

type consumer_stats = {
  popped : int;
  doorbells : int;
  highest : int;  (** the most items that the consumer found waiting when it looked *)
}

val producer_stats : _ producer -> producer_stats
val consumer_stats : consumer -> consumer_stats
