type t = {
  device : Device.t;
  registers : Nvme_registers.t;
  queue : Nvme_queue.t;
  answer : Hal.Dma.t;
  mutable id : int;
  mutable abandoned : int;  (** a command that nobody waits for any more, or -1 *)
}

let entries = 16
let answer t = t.answer
let is_stuck t = t.abandoned >= 0

let create device registers =
  let queue = Nvme_queue.create device registers ~id:0 ~entries in
  let answer = Device.memory device Nvme_registers.page_bytes in
  Nvme_registers.enable registers ~entries ~submissions:(Nvme_queue.submissions queue)
    ~completions:(Nvme_queue.completions queue);
  { device; registers; queue; answer; id = 0; abandoned = -1 }

let limit_ns = 5_000_000_000

(* The command is done. *)
let rec is_done t =
  match Nvme_queue.take t.queue with
  | -1 ->
      if Nvme_registers.is_dead t.registers then Device.fail t.device "it reports a fatal error";
      false
  | id when id = t.abandoned ->
      Nvme_queue.taken t.queue;
      t.abandoned <- -1;
      is_done t
  | id ->
      Nvme_queue.taken t.queue;
      if id <> t.id then
        Device.fail t.device "it completes admin command %d, which it does not have" id;
      true

let await t ~within_ns =
  if not (Device.becomes ~within_ns (fun () -> is_done t)) then
    Device.fail t.device "an admin command takes too long"

let try_ ?(within_ns = limit_ns) t (place : Nvme_command.place) =
  t.id <- (t.id + 1) land 0xffff;
  let at = Nvme_queue.put t.queue in
  place (Nvme_queue.commands t.queue) ~at ~id:t.id;
  Nvme_queue.ring t.queue;
  (try await t ~within_ns
   with e ->
     t.abandoned <- t.id;
     raise e);
  match Nvme_queue.status t.queue with 0 -> Ok (Nvme_queue.result t.queue) | status -> Error status

let run t what place =
  match try_ t place with
  | Ok result -> result
  | Error status -> Device.fail t.device "%s: it answers with status 0x%x" what status
