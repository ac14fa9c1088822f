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

type t = {
  name : string;
  line : int;
  contents : bytes;
  queue : queue;
  lies : lies;
  bell : Sched.Bell.t;  (** the driver has notified *)
  mutable status : int;
  mutable isr : int;
  mutable page : int;  (** of features, which is selected *)
  mutable queue_selected : int;
  mutable requests : int;
  mutable trespasses : string list;
}

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

let lies t = t.lies
let contents t = t.contents
let trespasses t = t.trespasses
let requests t = t.requests

(* ---- memory ---- *)

exception Trespass

let memory t address length =
  match Host.memory ~address ~length with
  | Some memory -> memory
  | None ->
      t.trespasses <- Printf.sprintf "%d bytes at 0x%x" length address :: t.trespasses;
      raise Trespass

let get16 t address = Hal.Dma.get16 (memory t address 2) 0
let get32 t address = Hal.Dma.get32 (memory t address 4) 0
let set16 t address value = Hal.Dma.set16 (memory t address 2) 0 value
let set32 t address value = Hal.Dma.set32 (memory t address 4) 0 value

(* ---- chains: pieces of memory, and whether they are to be written ---- *)

let flag_next = 1
let flag_write = 2
let flag_indirect = 4

let rec chain t table n ~left =
  if left = 0 then raise Trespass;
  let at = table + (16 * n) in
  let address = Hal.Dma.get64 (memory t at 8) 0 and length = get32 t (at + 8) in
  let flags = get16 t (at + 12) and next = get16 t (at + 14) in
  if flags land flag_indirect <> 0 then chain t address 0 ~left:(length / 16)
  else
    let rest = if flags land flag_next <> 0 then chain t table next ~left:(left - 1) else [] in
    (address, length, flags land flag_write <> 0) :: rest

(* ---- requests ---- *)

let ok = 0
let failed = 1
let unsupported = 2

(* Copies between the disk and the pieces; the bytes that were written to memory, and the status. *)
let rec transfer t ~at ~to_memory pieces =
  match pieces with
  | [] -> (0, ok)
  | (_, length, _) :: _ when at < 0 || at > Bytes.length t.contents - length -> (0, failed)
  | (address, length, _) :: rest ->
      let dma = memory t address length in
      if to_memory then Hal.Dma.blit_of_bytes t.contents at dma 0 length
      else Hal.Dma.blit_to_bytes dma 0 t.contents at length;
      let written, status = transfer t ~at:(at + length) ~to_memory rest in
      ((if to_memory then length + written else written), status)

let identity t pieces =
  match pieces with
  | [ (address, length, true) ] ->
      let text = Bytes.make length '\000' in
      Bytes.blit_string t.name 0 text 0 (min length (String.length t.name));
      Hal.Dma.blit_of_bytes text 0 (memory t address length) 0 length;
      (length, ok)
  | _ -> (0, failed)

let perform t header data =
  let kind = get32 t header and sector = Hal.Dma.get64 (memory t (header + 8) 8) 0 in
  match kind with
  | 0 -> transfer t ~at:(512 * sector) ~to_memory:true data
  | 1 -> transfer t ~at:(512 * sector) ~to_memory:false data
  | 4 -> (0, ok)
  | 8 -> identity t data
  | _ -> (0, unsupported)

(* What it wrote to the chain, its status included. *)
let request t head =
  match chain t t.queue.descriptors head ~left:t.queue.size with
  | (header, _, false) :: (_ :: _ as rest) ->
      let reversed = List.rev rest in
      let status_at, _, _ = List.hd reversed in
      let written, status = perform t header (List.rev (List.tl reversed)) in
      Hal.Dma.set8 (memory t status_at 1) 0 (t.lies.status status);
      written + 1
  | _ -> 0

let give_back t head ~written =
  let q = t.queue in
  let at = q.used + 4 + (8 * (q.done_ land (q.size - 1))) in
  set32 t at (t.lies.used_head head);
  set32 t (at + 4) (t.lies.used_length written);
  q.done_ <- (q.done_ + 1) land 0xffff;
  set16 t (q.used + 2) (t.lies.used_index q.done_);
  t.requests <- t.requests + 1

let interrupt t =
  t.isr <- t.isr lor 1;
  Host.Line.set t.line true

let rec work t =
  let q = t.queue in
  if q.is_ready && t.status land 4 <> 0 && t.lies.answers && get16 t (q.available + 2) <> q.seen then begin
    let head = get16 t (q.available + 4 + (2 * (q.seen land (q.size - 1)))) in
    q.seen <- (q.seen + 1) land 0xffff;
    give_back t head ~written:(request t head);
    interrupt t;
    work t
  end

let rec serve t =
  Sched.Bell.wait t.bell;
  (try work t with Trespass -> ());
  serve t

(* ---- registers ---- *)

let features = (1 lsl 9) lor (1 lsl 28) lor (1 lsl 32)

let reset t =
  t.status <- 0;
  t.isr <- 0;
  t.queue.is_ready <- false;
  t.queue.seen <- 0;
  t.queue.done_ <- 0;
  if t.lies.lowers then Host.Line.set t.line false

let read t ~bytes:_ offset =
  let has_queue = t.queue_selected = 0 in
  let value =
    match offset with
    | 0x00 -> 0x7472_6976
    | 0x04 | 0x08 -> 2
    | 0x0c -> 0x1af4
    | 0x10 -> (features lsr (32 * t.page)) land 0xffff_ffff
    | 0x34 -> if has_queue then 64 else 0
    | 0x44 -> Bool.to_int (has_queue && t.queue.is_ready)
    | 0x60 -> t.isr
    | 0x70 -> t.status
    | 0x100 -> Bytes.length t.contents / 512
    | _ -> 0
  in
  t.lies.register offset value

let set_low old value = old land lnot 0xffff_ffff lor value
let set_high old value = old land 0xffff_ffff lor (value lsl 32)

let acknowledge t bits =
  t.isr <- t.isr land lnot bits;
  if t.isr = 0 && t.lies.lowers then Host.Line.set t.line false

let write_queue t offset value =
  let q = t.queue in
  match offset with
  | 0x38 -> q.size <- value
  | 0x44 -> q.is_ready <- value = 1
  | 0x80 -> q.descriptors <- set_low q.descriptors value
  | 0x84 -> q.descriptors <- set_high q.descriptors value
  | 0x90 -> q.available <- set_low q.available value
  | 0x94 -> q.available <- set_high q.available value
  | 0xa0 -> q.used <- set_low q.used value
  | 0xa4 -> q.used <- set_high q.used value
  | _ -> ()

let write t ~bytes:_ offset value =
  match offset with
  | 0x14 -> t.page <- value
  | 0x30 -> t.queue_selected <- value
  | 0x50 -> Sched.Bell.ring t.bell
  | 0x64 -> acknowledge t value
  | 0x70 when value = 0 -> if t.lies.resets then reset t
  | 0x70 -> t.status <- value
  | _ -> if t.queue_selected = 0 then write_queue t offset value

(* ---- all ---- *)

let no_queue () =
  { size = 0; descriptors = 0; available = 0; used = 0; is_ready = false; seen = 0; done_ = 0 }

let create ?(line = 3) ~sectors name =
  let t =
    {
      name;
      line;
      contents = Bytes.make (512 * sectors) '\000';
      queue = no_queue ();
      lies = honest ();
      bell = Sched.Bell.create "the driver";
      status = 0;
      isr = 0;
      page = 0;
      queue_selected = 0;
      requests = 0;
      trespasses = [];
    }
  in
  ignore (Sched.spawn ~kind:Local ~name:"virtio disk" (fun () -> serve t) : unit Picos.Computation.t);
  t

let hardware t =
  let registers = Hal.Registers.make ~length:0x200 ~read:(read t) ~write:(write t) in
  Host.hardware t.name ~identity:(Hardware.Virtio 2) ~windows:[ registers ] ~line:t.line ~is_gated:false
