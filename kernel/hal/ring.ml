open Bigarray

type words = (int, int_elt, c_layout) Array1.t
type bytes_view = Machine.contents
type single
type many

type 'form producer = {
  state : words;  (* the nucleus's end *)
  block : words;  (* kept for as long as the end *)
  cells : words;
  foreign : bytes_view option;  (* what [block] is a view of, kept likewise *)
  payload : int;  (* words of an item *)
  mutable first : int;  (* word in [cells] where the reserved cells begin *)
  mutable reserved : int;  (* cells *)
}

type consumer = {
  state : words;
  block : words;
  cells : words;  (* the block's, or the private copies *)
  foreign : bytes_view option;
  payload : int;
  mutable first : int;
  mutable taken : int;
}

type full = Refuse | Drop
type outcome = int
type readiness = Ready | Sleep | Broken

let cell_words = 8
let header_words = 16
let words_single = cell_words
let words_many = cell_words - 1
let capacity_max = 1 lsl 20
let batch_max = 1024

(* SAFETY of all: states and blocks are Bigarrays of the size that their stub expects, made here and
   never handed out, so they outlive the call and do not move. Other values are immediate, but for
   the arrays of [push] and [pop], whose ranges the stubs check, and the bytes of [push_bytes] and
   [pop_bytes], whose ranges are checked here. *)
external state_bytes : unit -> int = "hal_ring_bytes" [@@noalloc]
external misaligned : words -> int = "hal_ring_misaligned" [@@noalloc]
external view : bytes_view -> int -> int -> words = "hal_ring_view"
external producer_init : words -> words -> int -> int -> int = "hal_ring_producer_init" [@@noalloc]
external consumer_init : words -> words -> int -> int -> words -> int
  = "hal_ring_consumer_init" [@@noalloc]
external adopt_producer_ : words -> unit = "hal_ring_producer_adopt" [@@noalloc]
external adopt_consumer_ : words -> unit = "hal_ring_consumer_adopt" [@@noalloc]
external reserve_ : words -> int -> int = "hal_ring_reserve" [@@noalloc]
external publish_ : words -> int -> int = "hal_ring_publish" [@@noalloc]
external take_ : words -> int -> int = "hal_ring_take" [@@noalloc]
external release_ : words -> int -> int = "hal_ring_release" [@@noalloc]
external push_ : words -> int array -> int -> int -> int -> int = "hal_ring_push" [@@noalloc]
external pop_ : words -> int array -> int -> int -> int -> int = "hal_ring_pop" [@@noalloc]
external push_bytes_ : words -> bytes -> int -> int -> int = "hal_ring_push_bytes" [@@noalloc]
external pop_bytes_ : words -> bytes -> int -> int -> int = "hal_ring_pop_bytes" [@@noalloc]
external prepare_sleep_producer_ : words -> int = "hal_ring_producer_prepare_sleep" [@@noalloc]
external prepare_sleep_consumer_ : words -> int = "hal_ring_consumer_prepare_sleep" [@@noalloc]
external producer_count : words -> int -> int = "hal_ring_producer_count" [@@noalloc]
external consumer_count : words -> int -> int = "hal_ring_consumer_count" [@@noalloc]

(* ---- making ends ---- *)

(* Zeroed words that begin with a cache line. *)
let aligned_words size =
  let all = Array1.create int c_layout (size + cell_words) in
  Array1.fill all 0;
  Array1.sub all (misaligned all) size

let new_state () = aligned_words (state_bytes () / 8)

let check_capacity capacity =
  if capacity < 1 || capacity > capacity_max || capacity land (capacity - 1) <> 0 then
    invalid_arg "Ring: the capacity is not a power of two in range"

let block_words capacity = header_words + (capacity * cell_words)
let flags_of ~many full = (if many then 1 else 0) lor (match full with Refuse -> 0 | Drop -> 2)
let check status = if status < 0 then invalid_arg "Ring: the memory is not aligned"
let cells_of block capacity = Array1.sub block header_words (capacity * cell_words)
let payload_of flags = if flags land 1 = 0 then words_single else words_many

let make_producer ?foreign block ~capacity ~flags =
  let state = new_state () in
  check (producer_init state block capacity flags);
  let cells = cells_of block capacity and payload = payload_of flags in
  { state; block; cells; foreign; payload; first = 0; reserved = 0 }

let make_consumer ?foreign ?(copies = 0) block ~capacity ~flags =
  let state = new_state () and private_ = aligned_words (copies * cell_words) in
  check (consumer_init state block capacity flags private_);
  let cells = if copies > 0 then private_ else cells_of block capacity in
  { state; block; cells; foreign; payload = payload_of flags; first = 0; taken = 0 }

let new_block capacity =
  check_capacity capacity;
  aligned_words (block_words capacity)

let single ?(full = Refuse) ~capacity () =
  let block = new_block capacity and flags = flags_of ~many:false full in
  (make_producer block ~capacity ~flags, make_consumer block ~capacity ~flags)

type funnel = { block : words; capacity : int; flags : int }

let many ?(full = Refuse) ~capacity () =
  let block = new_block capacity and flags = flags_of ~many:true full in
  ({ block; capacity; flags }, make_consumer block ~capacity ~flags)

let producer { block; capacity; flags } = make_producer block ~capacity ~flags

module Foreign = struct
  type memory = Machine.contents

  let size ~capacity =
    check_capacity capacity;
    8 * block_words capacity

  let block memory ~capacity =
    if Array1.dim memory < size ~capacity then invalid_arg "Ring.Foreign: the memory is too small";
    view memory 0 (block_words capacity)

  let producer memory ~capacity =
    make_producer ~foreign:memory (block memory ~capacity) ~capacity ~flags:0

  let consumer memory ~capacity ~batch =
    if batch < 1 || batch > batch_max then invalid_arg "Ring.Foreign: batch";
    make_consumer ~foreign:memory ~copies:batch (block memory ~capacity) ~capacity ~flags:0
end

(* ---- what the stubs answer ---- *)

let broken_peer = -71

(* Of a broken peer only [prepare_sleep_*] speaks: elsewhere nothing was moved. *)
let nothing_moved status =
  if status = -1 then invalid_arg "Ring: this end belongs to another core";
  if status = -16 then invalid_arg "Ring: cells are reserved or taken";
  if status <> broken_peer then
    invalid_arg "Ring: the items are not within the array, or wider than a cell, or too many";
  0

let[@inline] moved status = if status < 0 then nothing_moved status else status
let[@inline] items outcome = outcome lsr 1
let[@inline] must_wake outcome = outcome land 1 = 1

let readiness status =
  if status = broken_peer then Broken else if moved status > 0 then Sleep else Ready

(* ---- batches ---- *)

let[@inline] push (p : _ producer) array ~pos ~words ~items =
  moved (push_ p.state array pos words items)

let[@inline] pop (c : consumer) array ~pos ~words ~items =
  moved (pop_ c.state array pos words items)

let check_bytes bytes ~pos ~len ~payload =
  if len < 0 || len > 8 * payload || pos < 0 || pos > Bytes.length bytes - len then
    invalid_arg "Ring: the item is not within the bytes, or larger than a cell"

let push_bytes (p : _ producer) bytes ~pos ~len =
  check_bytes bytes ~pos ~len ~payload:p.payload;
  moved (push_bytes_ p.state bytes pos len)

let pop_bytes (c : consumer) bytes ~pos ~len =
  check_bytes bytes ~pos ~len ~payload:c.payload;
  moved (pop_bytes_ c.state bytes pos len)

(* ---- in place ---- *)

(* How the stubs pack the first cell's number and how many there are. *)
let count_bits = 21
let[@inline] count packed = packed land ((1 lsl count_bits) - 1)
let[@inline] first_word packed = (packed lsr count_bits) * cell_words

let reserve (p : _ producer) wanted =
  if wanted < 0 then invalid_arg "Ring.reserve";
  let packed = moved (reserve_ p.state (min wanted capacity_max)) in
  p.first <- first_word packed;
  p.reserved <- count packed;
  p.reserved

let publish (p : _ producer) nr =
  if nr < 0 || nr > p.reserved then invalid_arg "Ring.publish";
  p.reserved <- 0;
  moved (publish_ p.state nr) = 1

let take (c : consumer) wanted =
  if wanted < 0 then invalid_arg "Ring.take";
  let packed = moved (take_ c.state (min wanted capacity_max)) in
  c.first <- first_word packed;
  c.taken <- count packed;
  c.taken

let release (c : consumer) nr =
  if nr < 0 || nr > c.taken then invalid_arg "Ring.release";
  c.taken <- 0;
  moved (release_ c.state nr) = 1

(* Made once: a call here would cost each access its registers. *)
let out_of_reach = Invalid_argument "Ring: no such cell or word"

let[@inline] check_place ~cell ~word ~cells ~payload =
  if cell < 0 || cell >= cells || word < 0 || word >= payload then raise out_of_reach

(* SAFETY of the unsafe accesses: the nucleus gave [reserved] (or [taken]) cells from [first] on,
   all of them in [cells]; cell and word are checked against that. *)
let[@inline] set (p : _ producer) ~cell ~word value =
  check_place ~cell ~word ~cells:p.reserved ~payload:words_single;
  Array1.unsafe_set p.cells (p.first + (cell * cell_words) + word) value

let[@inline] get (c : consumer) ~cell ~word =
  check_place ~cell ~word ~cells:c.taken ~payload:c.payload;
  Array1.unsafe_get c.cells (c.first + (cell * cell_words) + word)

(* SAFETY: as above; the stubs read and write one word where [Array1] would. *)
external set_int64_ : words -> (int[@untagged]) -> (int64[@unboxed]) -> unit
  = "hal_ring_no_bytecode" "hal_ring_set_int64" [@@noalloc]

external get_int64_ : words -> (int[@untagged]) -> (int64[@unboxed])
  = "hal_ring_no_bytecode" "hal_ring_get_int64" [@@noalloc]

let set_int64 (p : _ producer) ~cell ~word value =
  check_place ~cell ~word ~cells:p.reserved ~payload:words_single;
  set_int64_ p.cells (p.first + (cell * cell_words) + word) value

let get_int64 (c : consumer) ~cell ~word =
  check_place ~cell ~word ~cells:c.taken ~payload:c.payload;
  get_int64_ c.cells (c.first + (cell * cell_words) + word)

(* ---- sleeping, owners, counts ---- *)

let prepare_sleep_producer (p : _ producer) =
  readiness (prepare_sleep_producer_ p.state)

let prepare_sleep_consumer (c : consumer) =
  readiness (prepare_sleep_consumer_ c.state)

let adopt_producer (p : _ producer) = adopt_producer_ p.state
let adopt_consumer (c : consumer) = adopt_consumer_ c.state

type producer_stats = { pushed : int; refused : int; dropped : int; doorbells : int }
type consumer_stats = { popped : int; doorbells : int; highest : int }

let producer_stats (p : _ producer) =
  let count = producer_count p.state in
  { pushed = count 0; refused = count 1; dropped = count 2; doorbells = count 3 }

let consumer_stats (c : consumer) =
  let count = consumer_count c.state in
  { popped = count 0; doorbells = count 1; highest = count 2 }
