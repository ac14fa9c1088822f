type lies = {
  mutable register : int -> int -> int;
  mutable finished : int -> int;
  mutable status : int -> int;
  mutable bytes : int -> int;
  mutable moves : int -> int;
  mutable reasons : int -> int;
  mutable identity : bytes -> unit;
  mutable log : bytes -> unit;
  mutable resets : bool;
  mutable lowers : bool;
  mutable answers : bool;
}

let honest () =
  {
    register = (fun _ value -> value);
    finished = Fun.id;
    status = Fun.id;
    bytes = Fun.id;
    moves = Fun.id;
    reasons = Fun.id;
    identity = ignore;
    log = ignore;
    resets = true;
    lowers = true;
    answers = true;
  }

let be_honest l =
  let h = honest () in
  l.register <- h.register;
  l.finished <- h.finished;
  l.status <- h.status;
  l.bytes <- h.bytes;
  l.moves <- h.moves;
  l.reasons <- h.reasons;
  l.identity <- h.identity;
  l.log <- h.log;
  l.resets <- true;
  l.lowers <- true;
  l.answers <- true

type t = {
  lies : lies;
  contents : bytes;
  has_queue : bool;
  slot : Pci_slot.t;
  reach : Reach.t;
  bell : Sched.Bell.t;
  mutable ghc : int;
  mutable is : int;
  (* Of the port: *)
  mutable list : int;
  mutable received : int;
  mutable p_is : int;
  mutable p_ie : int;
  mutable cmd : int;
  mutable tfd : int;
  mutable sctl : int;
  mutable sact : int;
  mutable ci : int;
  mutable failed_tag : int;
}

let get32 t = Reach.get32 t.reach

(* ---- interrupts: section 5.6.2 ---- *)

let update t =
  if t.p_is land t.p_ie <> 0 then t.is <- t.is lor 1;
  let interrupts = t.ghc land 2 <> 0 && t.is <> 0 in
  if Pci_slot.has_messages t.slot then (if interrupts then Pci_slot.send t.slot 0)
  else if interrupts || t.lies.lowers then Pci_slot.set_line t.slot interrupts

let raise_ t reasons =
  t.p_is <- t.p_is lor t.lies.reasons reasons;
  update t

(* ---- memory: section 4.2 ---- *)

let header t slot = t.list + (32 * slot)
let table t slot = Reach.get64 t.reach (header t slot + 8)

(* As pairs of address and length. *)
let regions t slot =
  let nr = get32 t (header t slot) lsr 16 in
  let region i =
    let at = table t slot + 0x80 + (16 * i) in
    (Reach.get64 t.reach at, (get32 t (at + 12) land 0x3f_ffff) + 1)
  in
  List.init nr region

(* To or from these bytes, at most so many: how many. *)
let move t slot contents ~at ~bytes ~write =
  let one moved (address, length) =
    let length = min length (bytes - moved) in
    let memory = if length > 0 then Some (Reach.memory t.reach address length) else None in
    Option.iter
      (fun memory ->
        if write then Hal.Dma.blit_to_bytes memory 0 contents (at + moved) length
        else Hal.Dma.blit_of_bytes contents (at + moved) memory 0 length)
      memory;
    moved + max 0 length
  in
  let moved = List.fold_left one 0 (regions t slot) in
  Reach.set32 t.reach (header t slot + 4) (t.lies.bytes moved land 0xffff_ffff)

(* ---- commands: ACS-4, section 7 ---- *)

let good = 0x50
let bad = 0x51

let identity t =
  let b = Bytes.make 512 '\000' in
  let set word value = Bytes.set_uint16_le b (2 * word) value in
  set 49 0x300;
  if t.has_queue then begin
    set 75 31;
    set 76 0x100
  end;
  set 83 0x400;
  set 85 0x20;
  set 100 Lying_disk.sectors;
  t.lies.identity b;
  b

let log t =
  let b = Bytes.make 512 '\000' in
  Bytes.set_uint8 b 0 t.failed_tag;
  t.lies.log b;
  b

let answer t slot bytes =
  move t slot bytes ~at:0 ~bytes:(max 0 (min 512 (t.lies.moves 512))) ~write:false;
  good

let transfer t slot ~blocks ~write =
  let at = table t slot in
  let block = get32 t (at + 4) land 0xff_ffff and bytes = 512 * blocks in
  if 512 * block > Bytes.length t.contents - bytes then bad
  else begin
    let bytes = max 0 (min bytes (t.lies.moves bytes)) in
    move t slot t.contents ~at:(512 * block) ~bytes ~write;
    good
  end

let perform t slot =
  let at = table t slot in
  let first = get32 t at and count = get32 t (at + 12) land 0xffff in
  let features = (first lsr 24) lor ((get32 t (at + 8) lsr 24) lsl 8) in
  match (first lsr 16) land 0xff with
  | 0xec -> answer t slot (identity t)
  | 0x2f -> answer t slot (log t)
  | 0xea -> good
  | 0x25 -> transfer t slot ~blocks:count ~write:false
  | 0x35 -> transfer t slot ~blocks:count ~write:true
  | 0x60 -> transfer t slot ~blocks:features ~write:false
  | 0x61 -> transfer t slot ~blocks:features ~write:true
  | _ -> bad

(* ---- the engine ---- *)

let cmd_start = 1
let cmd_running = 0x8000
let has_failed t = t.tfd land 1 <> 0
let is_running t = t.cmd land cmd_start <> 0 && not (has_failed t)
let fatal = 1 lsl 30

let fail t slot status =
  t.tfd <- 0x400 lor status;
  t.cmd <- t.cmd land lnot 0x1f00 lor (slot lsl 8);
  t.failed_tag <- (if t.sact land (1 lsl slot) <> 0 then slot else 0x80);
  raise_ t fatal

let finish t slot =
  let is_queued = t.sact land (1 lsl slot) <> 0 and bits = t.lies.finished (1 lsl slot) in
  t.tfd <- good;
  t.ci <- t.ci land lnot bits;
  t.sact <- t.sact land lnot bits;
  raise_ t (if is_queued then 8 else 1)

let run t slot =
  let status = t.lies.status (perform t slot) in
  if status land 1 <> 0 then fail t slot status else finish t slot

let rec lowest bits n = if bits land 1 = 1 then n else lowest (bits lsr 1) (n + 1)

(* A command that says that others have finished is not begun anew. *)
let rec work t tried =
  let waiting = t.ci land lnot tried in
  if waiting <> 0 && is_running t && t.lies.answers && Pci_slot.reaches_memory t.slot then begin
    let slot = lowest waiting 0 in
    run t slot;
    work t (tried lor (1 lsl slot))
  end

let rec serve t =
  Sched.Bell.wait t.bell;
  (try work t 0 with Reach.Trespass -> ());
  serve t

(* ---- registers: section 3 ---- *)

let reset_port t =
  t.p_is <- 0;
  t.p_ie <- 0;
  t.cmd <- 0;
  t.tfd <- good;
  t.sctl <- 0;
  t.sact <- 0;
  t.ci <- 0

let reset t =
  t.ghc <- 1 lsl 31;
  t.is <- 0;
  reset_port t;
  if t.lies.lowers then Pci_slot.set_line t.slot false

let ports_at = 0x100
let sata_disk = 0x101

let read_port t offset =
  match offset with
  | 0x10 -> t.p_is
  | 0x14 -> t.p_ie
  | 0x18 -> t.cmd
  | 0x20 -> t.tfd
  | 0x24 -> sata_disk
  | 0x28 -> if t.sctl land 0xf = 1 then 0x111 else 0x113
  | 0x2c -> t.sctl
  | 0x34 -> t.sact
  | 0x38 -> t.ci
  | _ -> 0

(* 32 slots, a queue, addresses of 64 bits, one port. *)
let read t ~bytes:_ offset =
  let value =
    match offset with
    | 0x00 -> (1 lsl 31) lor (1 lsl 30) lor (31 lsl 8)
    | 0x04 -> t.ghc
    | 0x08 -> t.is
    | 0x0c -> 1
    | _ ->
        if offset >= ports_at && offset < ports_at + 0x80 then read_port t (offset - ports_at)
        else 0
  in
  t.lies.register offset value

let set_command t value =
  if value land cmd_start = 0 then begin
    t.cmd <- value land lnot cmd_running;
    t.sact <- 0;
    t.ci <- 0
  end
  else begin
    if t.cmd land cmd_start = 0 then t.tfd <- good;
    t.cmd <- value lor cmd_running
  end

let write_port t offset value =
  match offset with
  | 0x00 -> t.list <- Reach.with_low t.list value
  | 0x04 -> t.list <- Reach.with_high t.list value
  | 0x08 -> t.received <- Reach.with_low t.received value
  | 0x0c -> t.received <- Reach.with_high t.received value
  | 0x10 -> t.p_is <- t.p_is land lnot value
  | 0x14 ->
      t.p_ie <- value;
      update t
  | 0x18 -> set_command t value
  | 0x2c -> t.sctl <- value
  | 0x34 -> t.sact <- t.sact lor value
  | 0x38 ->
      t.ci <- t.ci lor value;
      Sched.Bell.ring t.bell
  | _ -> ()

let write t ~bytes:_ offset value =
  match offset with
  | 0x04 when value land 1 <> 0 -> if t.lies.resets then reset t else t.ghc <- value
  | 0x04 ->
      t.ghc <- value;
      update t
  | 0x08 ->
      t.is <- t.is land lnot value;
      update t
  | _ ->
      if offset >= ports_at && offset < ports_at + 0x80 then write_port t (offset - ports_at) value

(* ---- all ---- *)

let hardware t name =
  let registers = Hal.Registers.make ~length:0x1100 ~read:(read t) ~write:(write t) in
  let none =
    Hal.Registers.make ~length:16 ~read:(fun ~bytes:_ _ -> 0) ~write:(fun ~bytes:_ _ _ -> ())
  in
  Pci_slot.hardware t.slot ~vendor:0x8086 ~device:0x2922 ~class_code:0x010601
    ~windows:[ none; none; none; none; none; registers ] name

let device slot ~has_queue =
  {
    lies = honest ();
    contents = Bytes.make (512 * Lying_disk.sectors) '\000';
    has_queue;
    slot;
    reach = Reach.create ();
    bell = Sched.Bell.create "the driver";
    ghc = 0;
    is = 0;
    list = 0;
    received = 0;
    p_is = 0;
    p_ie = 0;
    cmd = 0;
    tfd = good;
    sctl = 0;
    sact = 0;
    ci = 0;
    failed_tag = 0x80;
  }

let create ?(messages = 0) ?(is_gated = true) ?(has_queue = true) name : lies Lying_disk.t =
  let t = device (Pci_slot.create ~messages ~is_gated) ~has_queue in
  ignore (Sched.spawn ~kind:Local ~name:"ahci device" (fun () -> serve t) : unit
    Picos.Computation.t);
  {
    hardware = hardware t name;
    driver = Drivers.Ahci.driver;
    lies = t.lies;
    be_honest = (fun () -> be_honest t.lies);
    answers = (fun yes -> t.lies.answers <- yes);
    contents = t.contents;
    trespasses = (fun () -> Reach.trespasses t.reach);
  }
