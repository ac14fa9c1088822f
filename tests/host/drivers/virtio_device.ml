open Drivers

type lies = {
  mutable register : int -> int -> int;
  mutable used_head : int -> int;
  mutable used_length : int -> int;
  mutable used_index : int -> int;
  mutable status : int -> int;
  mutable resets : bool;
  mutable lowers : bool;
  mutable answers : bool;
}

type queue = {
  mutable size : int;
  mutable descriptors : int;
  mutable available : int;
  mutable used : int;
  mutable is_ready : bool;
  mutable seen : int;  (** entries of the available ring *)
  mutable done_ : int;  (** entries of the used ring *)
}

type piece = { address : int; length : int; is_written : bool }

type t = {
  name : string;
  line : int;
  kind : int;
  features : int;
  config : bytes:int -> int -> int;
  queues : queue array;
  work : work;
  forget : unit -> unit;
  lies : lies;
  bell : Sched.Bell.t;  (** the driver has notified *)
  mutable status : int;
  mutable isr : int;
  mutable page : int;  (** of features, which is selected *)
  mutable queue_selected : int;
  mutable used : int;
  reach : Reach.t;
}

and work = t -> queue:int -> head:int -> piece list -> int option

let honest () =
  {
    register = (fun _ value -> value);
    used_head = Fun.id;
    used_length = Fun.id;
    used_index = Fun.id;
    status = Fun.id;
    resets = true;
    lowers = true;
    answers = true;
  }

let be_honest t =
  let h = honest () in
  t.lies.register <- h.register;
  t.lies.used_head <- h.used_head;
  t.lies.used_length <- h.used_length;
  t.lies.used_index <- h.used_index;
  t.lies.status <- h.status;
  t.lies.resets <- true;
  t.lies.lowers <- true;
  t.lies.answers <- true

let name t = t.name
let lies t = t.lies
let trespasses t = Reach.trespasses t.reach
let used t = t.used
let driver_ok = 4
let is_running t = t.status land driver_ok <> 0

(* ---- memory ---- *)

exception Trespass = Reach.Trespass

let memory t = Reach.memory t.reach
let get16 t = Reach.get16 t.reach
let get32 t = Reach.get32 t.reach
let set16 t = Reach.set16 t.reach
let set32 t = Reach.set32 t.reach

(* ---- queues ---- *)

let flag_next = 1
let flag_write = 2
let flag_indirect = 4

let rec chain t table n ~left =
  if left = 0 then raise Trespass;
  let at = table + (16 * n) in
  let address = Reach.get64 t.reach at and length = get32 t (at + 8) in
  let flags = get16 t (at + 12) and next = get16 t (at + 14) in
  if flags land flag_indirect <> 0 then chain t address 0 ~left:(length / 16)
  else
    let rest = if flags land flag_next <> 0 then chain t table next ~left:(left - 1) else [] in
    { address; length; is_written = flags land flag_write <> 0 } :: rest

let interrupt t =
  t.isr <- t.isr lor 1;
  Host.Line.set t.line true

let give_back t ~queue head ~written =
  let q = t.queues.(queue) in
  let at = q.used + 4 + (8 * (q.done_ land (q.size - 1))) in
  set32 t at (t.lies.used_head head);
  set32 t (at + 4) (t.lies.used_length written);
  q.done_ <- (q.done_ + 1) land 0xffff;
  set16 t (q.used + 2) (t.lies.used_index q.done_);
  t.used <- t.used + 1;
  interrupt t

let has_work t q =
  q.is_ready && is_running t && t.lies.answers && get16 t (q.available + 2) <> q.seen

let rec work_on t queue =
  let q = t.queues.(queue) in
  if has_work t q then begin
    let head = get16 t (q.available + 4 + (2 * (q.seen land (q.size - 1)))) in
    q.seen <- (q.seen + 1) land 0xffff;
    let pieces = chain t q.descriptors head ~left:q.size in
    Option.iter (fun written -> give_back t ~queue head ~written) (t.work t ~queue ~head pieces);
    work_on t queue
  end

let rec serve t =
  Sched.Bell.wait t.bell;
  Array.iteri (fun queue _ -> try work_on t queue with Trespass -> ()) t.queues;
  serve t

(* ---- registers ---- *)

let reset_queue q =
  q.is_ready <- false;
  q.seen <- 0;
  q.done_ <- 0

let reset t =
  t.status <- 0;
  t.isr <- 0;
  Array.iter reset_queue t.queues;
  t.forget ();
  if t.lies.lowers then Host.Line.set t.line false

let most_entries = 64
let config_at = 0x100
let has_queue t = t.queue_selected < Array.length t.queues

let read t ~bytes offset =
  let value =
    match offset with
    | 0x00 -> 0x7472_6976
    | 0x04 -> 2
    | 0x08 -> t.kind
    | 0x0c -> 0x1af4
    | 0x10 -> (t.features lsr (32 * t.page)) land 0xffff_ffff
    | 0x34 -> if has_queue t then most_entries else 0
    | 0x44 -> Bool.to_int (has_queue t && t.queues.(t.queue_selected).is_ready)
    | 0x60 -> t.isr
    | 0x70 -> t.status
    | _ when offset >= config_at -> t.config ~bytes (offset - config_at)
    | _ -> 0
  in
  t.lies.register offset value land ((1 lsl (8 * bytes)) - 1)

let acknowledge t bits =
  t.isr <- t.isr land lnot bits;
  if t.isr = 0 && t.lies.lowers then Host.Line.set t.line false

let write_queue q offset value =
  match offset with
  | 0x38 -> q.size <- value
  | 0x44 -> q.is_ready <- value = 1
  | 0x80 -> q.descriptors <- Reach.with_low q.descriptors value
  | 0x84 -> q.descriptors <- Reach.with_high q.descriptors value
  | 0x90 -> q.available <- Reach.with_low q.available value
  | 0x94 -> q.available <- Reach.with_high q.available value
  | 0xa0 -> q.used <- Reach.with_low q.used value
  | 0xa4 -> q.used <- Reach.with_high q.used value
  | _ -> ()

let write t ~bytes:_ offset value =
  match offset with
  | 0x14 -> t.page <- value
  | 0x30 -> t.queue_selected <- value
  | 0x50 -> Sched.Bell.ring t.bell
  | 0x64 -> acknowledge t value
  | 0x70 when value = 0 -> if t.lies.resets then reset t
  | 0x70 -> t.status <- value
  | _ -> if has_queue t then write_queue t.queues.(t.queue_selected) offset value

(* ---- all ---- *)

let no_queue _ =
  { size = 0; descriptors = 0; available = 0; used = 0; is_ready = false; seen = 0; done_ = 0 }

let indirect = 28
let version_1 = 32

let create ?(line = 3) ?(forget = ignore) ~kind ~features ~config ~queues ~work name =
  let bits = List.fold_left (fun sum bit -> sum lor (1 lsl bit)) 0 in
  let t =
    {
      name;
      line;
      kind;
      features = bits (indirect :: version_1 :: features);
      config;
      queues = Array.init queues no_queue;
      work;
      forget;
      lies = honest ();
      bell = Sched.Bell.create "the driver";
      status = 0;
      isr = 0;
      page = 0;
      queue_selected = 0;
      used = 0;
      reach = Reach.create ();
    }
  in
  ignore (Sched.spawn ~kind:Local ~name:"virtio device" (fun () -> serve t) : unit
    Picos.Computation.t);
  t

let hardware t =
  let registers = Hal.Registers.make ~length:0x200 ~read:(read t) ~write:(write t) in
  Host.hardware t.name ~identity:(Hardware.Virtio t.kind) ~windows:[ registers ] ~line:t.line
    ~is_gated:false
