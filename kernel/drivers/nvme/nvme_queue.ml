open Hal

type t = {
  device : Device.t;
  registers : Nvme_registers.t;
  id : int;
  entries : int;
  commands : Dma.t;
  done_ : Dma.t;
  mutable tail : int;  (** where the next command goes *)
  mutable rung : int;  (** the tail that the device knows *)
  mutable head : int;  (** of what is done *)
  mutable told : int;  (** the head that the device knows *)
  mutable phase : int;  (** of entries that are new *)
  mutable status : int;
  mutable result : int;
}

let command_bytes = 64
let completion_bytes = 16

let create device registers ~id ~entries =
  Nvme_registers.check_doorbells registers ~queue:id;
  {
    device;
    registers;
    id;
    entries;
    commands = Device.memory device (entries * command_bytes);
    done_ = Device.memory device (entries * completion_bytes);
    tail = 0;
    rung = 0;
    head = 0;
    told = 0;
    phase = 1;
    status = 0;
    result = 0;
  }

let id t = t.id
let entries t = t.entries
let submissions t = Dma.address t.commands
let completions t = Dma.address t.done_
let status t = t.status
let result t = t.result

(* ---- to the device ---- *)

let commands t = t.commands
let[@inline] after t n = if n + 1 = t.entries then 0 else n + 1

let put t =
  let at = t.tail * command_bytes in
  t.tail <- after t t.tail;
  at

let ring t =
  if t.tail <> t.rung then begin
    t.rung <- t.tail;
    Nvme_registers.ring_submissions t.registers ~queue:t.id t.tail
  end

(* ---- from the device ---- *)

let take_entry t at word =
  let queue = Dma.get16 t.done_ (at + 10) in
  if queue <> t.id then
    Device.fail t.device "queue %d: it completes a command of queue %d" t.id queue;
  t.status <- (word lsr 17) land 0x7ff;
  t.result <- Dma.get32 t.done_ at;
  t.head <- after t t.head;
  if t.head = 0 then t.phase <- 1 - t.phase;
  word land 0xffff

let take t =
  let at = t.head * completion_bytes in
  let word = Dma.get32 t.done_ (at + 12) in
  if (word lsr 16) land 1 <> t.phase then -1
  else begin
    Dma.read_barrier ();
    take_entry t at word
  end

let taken t =
  if t.head <> t.told then begin
    t.told <- t.head;
    Nvme_registers.ring_completions t.registers ~queue:t.id t.head
  end
