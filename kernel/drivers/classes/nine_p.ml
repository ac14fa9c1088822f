type t = {
  name : string;
  device : string;
  mutable tag : string;
  requests : Requests.t;
  lives : int Atomic.t;
}

let name t = t.name
let device t = t.device
let tag t = t.tag
let lives t = Atomic.get t.lives
let statistics t = Requests.ports t.requests

type error = Interrupted | Gone

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | Interrupted -> "the server's driver ended meanwhile"
    | Gone -> "the server has no driver any more")

(* ---- messages ---- *)

type part = { memory : Hal.Dma.t; offset : int; length : int }

let message_max = 1 lsl 24
let words = 4
let half = 31

module Wire = struct
  let request words = (words.(1), words.(3) land ((1 lsl half) - 1))
  let answer words = (words.(2), words.(3) lsr half)
end

let check { memory; offset; length } =
  if length < 1 || length > message_max || offset < 0 || offset > Hal.Dma.length memory - length
  then invalid_arg "Nine_p.exchange"

let address { memory; offset; _ } = Hal.Dma.address memory + offset

let exchange t ~request ~answer =
  check request;
  check answer;
  let fill words =
    words.(0) <- 0;
    words.(1) <- address request;
    words.(2) <- address answer;
    words.(3) <- request.length lor (answer.length lsl half);
    4
  in
  match Requests.ask t.requests ~fill with
  | Answered length -> Ok length
  | Interrupted -> Error Interrupted
  | Gone -> Error Gone

(* ---- servers there are ---- *)

let servers : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get servers)
let find name = List.find_opt (fun t -> t.name = name) (Atomic.get servers)

let rec create device ~tag =
  let others = Atomic.get servers in
  let name = Printf.sprintf "9p%d" (List.length others) in
  let requests = Requests.create ~name ~queues:1 ~repeats:false in
  let t = { name; device = Device.name device; tag; requests; lives = Atomic.make 0 } in
  if Atomic.compare_and_set servers others (t :: others) then begin
    Device.when_gone device (fun () -> Requests.close requests);
    t
  end
  else create device ~tag

let server device ~tag =
  match List.find_opt (fun t -> t.device = Device.name device) (Atomic.get servers) with
  | Some t ->
      t.tag <- tag;
      t
  | None -> create device ~tag

let offer device ~tag ~core bell =
  let t = server device ~tag in
  Atomic.incr t.lives;
  List.hd (Requests.serve t.requests device ~queues:[ (core, bell) ])
