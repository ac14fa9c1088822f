type t = {
  name : string;
  device : string;
  bytes : int Atomic.t;
  port : Port.kernel option Atomic.t;
}

let name t = t.name
let device t = t.device
let bytes t = Atomic.get t.bytes
let statistics t = Option.map Port.statistics (Atomic.get t.port)

(* ---- sources there are ---- *)

let sources : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get sources)

let rec create device =
  let others = Atomic.get sources in
  let name = Printf.sprintf "entropy%d" (List.length others) in
  let t = { name; device = Device.name device; bytes = Atomic.make 0; port = Atomic.make None } in
  if Atomic.compare_and_set sources others (t :: others) then t else create device

let source device =
  match List.find_opt (fun t -> t.device = Device.name device) (Atomic.get sources) with
  | Some t -> t
  | None -> create device

(* ---- from the device into the generator ---- *)

let most = 64
let capacity = 16
let patience_ns = 120_000_000_000
let period_ns = 60_000_000_000

let rec gather device port buffer ~at =
  if at < most then
    match Port.receive_bytes port buffer ~pos:at with
    | 0 ->
        Port.await port;
        gather device port buffer ~at
    | n when at + n > most -> Device.fail device "it gives more bytes than it was asked for"
    | n -> gather device port buffer ~at:(at + n)

let mix t device health buffer =
  match Noise.check health buffer ~pos:0 ~len:most with
  | Error failure -> Device.fail device "it is not random: %a" Noise.pp_failure failure
  | Ok () ->
      Hal.Entropy.add buffer ~pos:0 ~len:most;
      Bytes.fill buffer 0 most '\000';
      ignore (Atomic.fetch_and_add t.bytes most)

let rec feed t device port health buffer =
  ignore (Port.send port [| most |] ~items:1 ~words:1 : int);
  (match Sched.Time.within ~ns:patience_ns (fun () -> gather device port buffer ~at:0) with
  | Ok () -> mix t device health buffer
  | Error `Time_is_up -> Device.fail device "it gave less than %d bytes in two minutes" most);
  Sched.Time.sleep period_ns;
  feed t device port health buffer

let offer device ~core bell =
  let t = source device in
  let kernel, driver = Port.create ~name:t.name ~core ~capacity ~bell in
  Atomic.set t.port (Some kernel);
  let buffer = Bytes.create (most + Port.bytes_max) in
  Device.spawn device ~core "feed" (fun () -> feed t device kernel (Noise.create ()) buffer);
  driver
