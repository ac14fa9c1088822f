type lies = {
  mutable register : int -> int -> int;
  mutable length : int -> int;
  mutable status : int -> int;
  mutable is_sent : int -> int;
  mutable ahead : int;
  mutable causes : int -> int;
  mutable resets : bool;
  mutable lowers : bool;
  mutable answers : bool;
}

let honest () =
  {
    register = (fun _ value -> value);
    length = Fun.id;
    status = Fun.id;
    is_sent = Fun.id;
    ahead = 0;
    causes = Fun.id;
    resets = true;
    lowers = true;
    answers = true;
  }

let be_honest l =
  let h = honest () in
  l.register <- h.register;
  l.length <- h.length;
  l.status <- h.status;
  l.is_sent <- h.is_sent;
  l.ahead <- 0;
  l.causes <- h.causes;
  l.resets <- true;
  l.lowers <- true;
  l.answers <- true

type ring = {
  mutable base : int;
  mutable bytes : int;
  mutable head : int;
  mutable tail : int;
}

type t = {
  lies : lies;
  slot : Pci_slot.t;
  receive : ring;
  send : ring;
  reach : Reach.t;
  bell : Sched.Bell.t;
  mutable ctrl : int;
  mutable causes : int;
  mutable mask : int;
  mutable cleared : int;  (** causes that a message clears: EIAC *)
  mutable rctl : int;
  mutable tctl : int;
  mutable missed : int;
}

(* ---- interrupts: section 7.4 ---- *)

let frames = 0x50_0080
let others = 0x100_0000

let update t =
  let wanted = t.causes land t.mask in
  if Pci_slot.has_messages t.slot then begin
    t.causes <- t.causes land lnot (wanted land t.cleared);
    if wanted land frames <> 0 then Pci_slot.send t.slot 1;
    if wanted land others <> 0 then Pci_slot.send t.slot 0
  end
  else if wanted <> 0 || t.lies.lowers then Pci_slot.set_line t.slot (wanted <> 0)

let raise_ t causes =
  t.causes <- t.causes lor (t.lies.causes causes land 0xffff_ffff);
  update t

let read_causes t =
  let causes = t.causes in
  if t.lies.lowers then t.causes <- 0;
  update t;
  causes

(* ---- rings ---- *)

let descriptor_bytes = 16
let entries ring = ring.bytes / descriptor_bytes
let is_on word = word land 2 <> 0
let has_room ring = entries ring > 0 && ring.head <> ring.tail && ring.tail < entries ring
let at ring = ring.base + (descriptor_bytes * ring.head)
let go_on ring = ring.head <- (ring.head + 1) mod entries ring
let done_ = 1

(* The entries after the one that is next: done, says the bit that [offset] has. *)
let run_ahead t ring ~offset =
  for i = 1 to min t.lies.ahead (entries ring) do
    let entry = (ring.head + i - 1) mod entries ring in
    let word = ring.base + (descriptor_bytes * entry) + offset in
    Reach.set32 t.reach word (Reach.get32 t.reach word lor done_)
  done

let end_of_frame = 2
let received = 0x10_0080

let receive t frame =
  let ring = t.receive in
  if not (is_on t.rctl && has_room ring) then t.missed <- t.missed + 1
  else begin
    let buffer = Reach.get64 t.reach (at ring) and length = Bytes.length frame in
    Hal.Dma.blit_of_bytes frame 0 (Reach.memory t.reach buffer length) 0 length;
    Reach.set32 t.reach (at ring + 12) (t.lies.length length land 0xffff);
    Reach.set32 t.reach (at ring + 8) (t.lies.status (done_ lor end_of_frame) land 0xffff_ffff);
    go_on ring;
    run_ahead t ring ~offset:8;
    raise_ t received
  end

(* ---- sending: section 7.2 ---- *)

let kind_data = 1 lsl 20
let sent = 0x40_0001

let send t =
  let ring = t.send in
  let word = Reach.get32 t.reach (at ring + 8) and address = Reach.get64 t.reach (at ring) in
  let frame = Bytes.create (word land 0xf_ffff) in
  let is_frame = word land kind_data <> 0 in
  if is_frame then begin
    let length = Bytes.length frame in
    Hal.Dma.blit_to_bytes (Reach.memory t.reach address length) 0 frame 0 length;
    Reach.set32 t.reach (at ring + 12) (t.lies.is_sent done_ land 0xffff_ffff)
  end;
  go_on ring;
  run_ahead t ring ~offset:12;
  if is_frame then receive t frame;
  raise_ t sent

let rec work t =
  if t.lies.answers && Pci_slot.reaches_memory t.slot && is_on t.tctl && has_room t.send then begin
    send t;
    work t
  end

let rec serve t =
  Sched.Bell.wait t.bell;
  (try work t with Reach.Trespass -> ());
  serve t

(* ---- registers: section 10.2 ---- *)

let reset t =
  t.causes <- 0;
  t.mask <- 0;
  t.cleared <- 0;
  t.rctl <- 0;
  t.tctl <- 0;
  t.missed <- 0;
  t.ctrl <- 0;
  update t

let link_is_up = 2

let take_missed t =
  let n = t.missed in
  t.missed <- 0;
  n

let read t ~bytes:_ offset =
  let value =
    match offset with
    | 0x0000 -> t.ctrl
    | 0x0008 -> link_is_up
    | 0x00c0 -> read_causes t
    | 0x00d0 -> t.mask
    | 0x0100 -> t.rctl
    | 0x0400 -> t.tctl
    | 0x4010 -> take_missed t
    | 0x5400 -> 0x1200_5452
    | 0x5404 -> 0x8000_5634
    | _ -> 0
  in
  t.lies.register offset value

let write_ring ring offset value =
  match offset with
  | 0x00 -> ring.base <- Reach.with_low ring.base value
  | 0x04 -> ring.base <- Reach.with_high ring.base value
  | 0x08 -> ring.bytes <- value
  | 0x10 -> ring.head <- value
  | 0x18 -> ring.tail <- value
  | _ -> ()

let reset_bit = 1 lsl 26

let control t value =
  t.ctrl <- value;
  if value land reset_bit <> 0 && t.lies.resets then reset t

let write t ~bytes:_ offset value =
  match offset with
  | 0x0000 -> control t value
  | 0x00c0 -> t.causes <- t.causes land lnot value
  | 0x00d0 ->
      t.mask <- t.mask lor value;
      update t
  | 0x00d8 ->
      t.mask <- t.mask land lnot value;
      update t
  | 0x00dc -> t.cleared <- value
  | 0x0100 -> t.rctl <- value
  | 0x0400 -> t.tctl <- value
  | _ when offset land lnot 0x1f = 0x2800 -> write_ring t.receive (offset - 0x2800) value
  | _ when offset land lnot 0x1f = 0x3800 ->
      write_ring t.send (offset - 0x3800) value;
      Sched.Bell.ring t.bell
  | _ -> ()

(* ---- all ---- *)

let hardware t name =
  let registers = Hal.Registers.make ~length:0x20000 ~read:(read t) ~write:(write t) in
  Pci_slot.hardware t.slot ~vendor:0x8086 ~device:0x10d3 ~class_code:0x020000
    ~windows:[ registers ] name

let ring () = { base = 0; bytes = 0; head = 0; tail = 0 }

let device slot =
  {
    lies = honest ();
    slot;
    receive = ring ();
    send = ring ();
    reach = Reach.create ();
    bell = Sched.Bell.create "the driver";
    ctrl = 0;
    causes = 0;
    mask = 0;
    cleared = 0;
    rctl = 0;
    tctl = 0;
    missed = 0;
  }

let create ?(messages = 0) ?(is_gated = true) name : lies Lying_network.t =
  let t = device (Pci_slot.create ~messages ~is_gated) in
  ignore (Sched.spawn ~kind:Local ~name:"e1000e device" (fun () -> serve t) : unit
    Picos.Computation.t);
  {
    hardware = hardware t name;
    driver = Drivers.E1000e.driver;
    lies = t.lies;
    be_honest = (fun () -> be_honest t.lies);
    trespasses = (fun () -> Reach.trespasses t.reach);
  }
