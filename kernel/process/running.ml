open Fs

(* By file system and node: how many processes. *)
module Files = Map.Make (struct
  type t = int * int

  let compare = compare
end)

let files : int Files.t Atomic.t = Atomic.make Files.empty
let key (node : Node.t) = (node.system.id, node.same)

let rec add key n =
  let before = Atomic.get files in
  let change count = match Option.value count ~default:0 + n with 0 -> None | n -> Some n in
  if not (Atomic.compare_and_set files before (Files.update key change before)) then add key n

let change n = Option.iter (fun (place : Mounts.place) -> add (key place.node) n)
let begins = change 1
let ends = change (-1)

let may_write node =
  if Files.mem (key node) (Atomic.get files) then Error Errno.ETXTBSY else Ok ()
