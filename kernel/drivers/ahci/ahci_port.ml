open Hal

(* Offsets: section 3.3. *)
let clb = 0x00
let fb = 0x08
let is = 0x10
let ie = 0x14
let cmd = 0x18
let tfd = 0x20
let sig_ = 0x24
let ssts = 0x28
let sctl = 0x2c
let serr = 0x30
let sact = 0x34
let ci = 0x38
let cmd_start = 1
let cmd_spin_up = 2
let cmd_power_on = 4
let cmd_receive = 0x10
let cmd_running = 0x8000
let tfd_busy = 0x88 (* BSY and DRQ *)
let disk_signature = 0x101

(* A slot's memory: the command, its regions, and a block of its own for what it says in memory. *)
let slot_bytes = 1024
let header_bytes = 32
let list_bytes = 1024
let received_bytes = 256

type t = {
  device : Device.t;
  hba : Ahci_hba.t;
  number : int;
  registers : Registers.t;
  slots : int;
  list : Dma.t;
  received : Dma.t;
  table : Dma.t;
}

let number t = t.number
let slots t = t.slots
let table t = t.table
let table_at slot = slot * slot_bytes
let table_address t slot = Dma.address t.table + table_at slot
let read t = Registers.read32 t.registers
let write t = Registers.write32 t.registers

let write_address t offset address =
  write t offset (address land 0xffff_ffff);
  write t (offset + 4) (address lsr 32)

let reaches hba ends = ends lsr 32 = 0 || Ahci_hba.reaches_all hba

let check_reach t ends =
  if not (reaches t.hba ends) then Device.fail t.device "it reaches no memory beyond 4 GiB"

let memory device hba bytes =
  let memory = Device.memory device bytes in
  if not (reaches hba (Dma.address memory + bytes)) then
    Device.fail device "it reaches no memory beyond 4 GiB";
  memory

let change ?(clear = 0) ?(set = 0) t = write t cmd (read t cmd land lnot clear lor set)

let create device hba number =
  let slots = Ahci_hba.slots hba in
  let t =
    {
      device;
      hba;
      number;
      registers = Ahci_hba.port hba number;
      slots;
      list = memory device hba list_bytes;
      received = memory device hba received_bytes;
      table = memory device hba (slots * slot_bytes);
    }
  in
  write_address t clb (Dma.address t.list);
  write_address t fb (Dma.address t.received);
  for slot = 0 to slots - 1 do
    Dma.set64 t.list ((slot * header_bytes) + 8) (table_address t slot)
  done;
  change t ~set:cmd_receive;
  t

(* ---- the link, and what is there ---- *)

let detection registers = Registers.read32 registers ssts land 0xf
let has_link_at registers = detection registers = 3
let has_presence hba number = detection (Ahci_hba.port hba number) land 1 <> 0
let has_link hba number = has_link_at (Ahci_hba.port hba number)

let spin_up hba number =
  let registers = Ahci_hba.port hba number in
  Registers.write32 registers ie 0;
  let bits = Registers.read32 registers cmd lor cmd_spin_up lor cmd_power_on in
  Registers.write32 registers cmd bits

let is_ready t () = read t tfd land tfd_busy = 0
let ready_ns = 4_000_000_000
let clear_errors t = write t serr 0xffff_ffff

let is_disk t =
  has_link_at t.registers
  && begin
       clear_errors t;
       Device.becomes ~within_ns:ready_ns (is_ready t) && read t sig_ = disk_signature
     end

(* ---- the engine: section 10.3 ---- *)

let engine_ns = 500_000_000

let start t =
  write t is 0xffff_ffff;
  change t ~set:cmd_start;
  if not (Device.becomes ~within_ns:engine_ns (fun () -> read t cmd land cmd_running <> 0)) then
    Device.fail t.device "port %d does not start" t.number

let stop t =
  change t ~clear:cmd_start;
  Device.becomes ~within_ns:engine_ns (fun () -> read t cmd land cmd_running = 0)

(* COMRESET: section 10.4.2. *)
let reset_link t =
  write t sctl (read t sctl land lnot 0xf lor 1);
  Sched.Time.sleep 2_000_000;
  write t sctl (read t sctl land lnot 0xf);
  ignore (Device.becomes ~within_ns:engine_ns (fun () -> has_link_at t.registers) : bool);
  clear_errors t

let begin_again t =
  if not (is_disk t) then Device.fail t.device "port %d: its disk does not come back" t.number;
  start t

let reset t =
  ignore (stop t : bool);
  reset_link t;
  begin_again t

let restart t =
  if stop t && is_ready t () then begin_again t else reset t

(* ---- commands ---- *)

(* Five words of command, what the direction is, how many regions: section 4.2.2. *)
let describe t slot ~write ~regions =
  let header = 5 lor (if write then 0x40 else 0) lor (regions lsl 16) in
  Dma.set64 t.list (slot * header_bytes) header

let moved t slot = Dma.get32 t.list ((slot * header_bytes) + 4)

let issue t ~queued bits =
  Dma.write_barrier ();
  if queued <> 0 then write t sact queued;
  write t ci bits

let in_work t ~queued = read t (if queued then sact else ci)
let fatal = (1 lsl 30) lor (1 lsl 29) lor (1 lsl 28) lor (1 lsl 27)

let run_alone t slot ~within_ns =
  issue t ~queued:0 (1 lsl slot);
  let is_done () = in_work t ~queued:false land (1 lsl slot) = 0 || read t is land fatal <> 0 in
  let ended = Device.becomes ~within_ns is_done in
  let failed = read t is land fatal <> 0 in
  write t is (read t is);
  ended && not failed

(* ---- interrupts: section 3.3.5 ---- *)

let received_fises = 0b1111
let connection = (1 lsl 22) lor (1 lsl 6)
let wanted = received_fises lor connection lor fatal

let listen t = write t ie wanted
let hush t = write t ie 0

type event = Nothing | Progress | Broken | Unplugged

let set_device_bits = 8
let tfd_error = 1

let is_disk_error t = read t tfd land tfd_error <> 0

(* A queue's error comes with the bits of what finished before. *)
let is_broken t reasons =
  reasons land fatal <> 0 || (reasons land set_device_bits <> 0 && is_disk_error t)

let take_event t =
  let reasons = read t is land wanted in
  if reasons = 0 then Nothing
  else begin
    if reasons land connection <> 0 then clear_errors t;
    write t is reasons;
    if reasons land connection <> 0 && not (has_link_at t.registers) then Unplugged
    else if is_broken t reasons then Broken
    else Progress
  end

let failed_slot t = (read t cmd lsr 8) land 0x1f
