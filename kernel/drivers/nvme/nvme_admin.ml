type t = {
  device : Device.t;
  registers : Nvme_registers.t;
  queue : Nvme_queue.t;
  answer : Hal.Dma.t;
  mutable id : int;
}

let entries = 16
let answer t = t.answer

let create device registers =
  let queue = Nvme_queue.create device registers ~id:0 ~entries in
  let answer = Device.memory device Nvme_registers.page_bytes in
  Nvme_registers.enable registers ~entries ~submissions:(Nvme_queue.submissions queue)
    ~completions:(Nvme_queue.completions queue);
  { device; registers; queue; answer; id = 0 }

let limit_ns = 5_000_000_000
let look_ns = 50_000

let rec await t ~until =
  match Nvme_queue.take t.queue with
  | -1 ->
      if Nvme_registers.is_dead t.registers then Device.fail t.device "it reports a fatal error";
      if Sched.Time.now_ns () > until then
        Device.fail t.device "an admin command is not done after %d s" (limit_ns / 1_000_000_000);
      Sched.Time.sleep look_ns;
      await t ~until
  | id when id = t.id -> Nvme_queue.taken t.queue
  | id -> Device.fail t.device "it completes admin command %d, which it does not have" id

let try_ t (place : Nvme_command.place) =
  t.id <- (t.id + 1) land 0xffff;
  let at = Nvme_queue.put t.queue in
  place (Nvme_queue.commands t.queue) ~at ~id:t.id;
  Nvme_queue.ring t.queue;
  await t ~until:(Sched.Time.now_ns () + limit_ns);
  match Nvme_queue.status t.queue with 0 -> Ok (Nvme_queue.result t.queue) | status -> Error status

let run t what place =
  match try_ t place with
  | Ok result -> result
  | Error status -> Device.fail t.device "%s: it answers with status 0x%x" what status
