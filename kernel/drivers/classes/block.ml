let sector_bytes = 512
let segments_max = 5
let sectors_max = (1 lsl 18) - 1

type info = {
  sectors : int;
  block_sectors : int;
  read_only : bool;
  has_cache : bool;
  discard_max : int;
  zeroes_max : int;
  identity : string;
}

type error = Out_of_range | Read_only | Unsupported | Failed | Gone

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | Out_of_range -> "not within the disk, or not whole blocks"
    | Read_only -> "the disk cannot be written"
    | Unsupported -> "the disk cannot do that"
    | Failed -> "the disk failed"
    | Gone -> "the disk has no driver any more")

type operation = Read | Write | Flush | Discard | Write_zeroes
type segment = { memory : Hal.Dma.t; offset : int; sectors : int }

module Wire = struct
  let operations = [| Read; Write; Flush; Discard; Write_zeroes |]
  let number = function Read -> 0 | Write -> 1 | Flush -> 2 | Discard -> 3 | Write_zeroes -> 4
  let request operation ~segments = (number operation lsl 8) lor (segments lsl 11)
  let tag = Requests.tag
  let operation word = operations.((word lsr 8) land 7)
  let[@inline] segments word = (word lsr 11) land 7

  (* Addresses are multiples of 512, so there is room for the length above. *)
  let address_bits = 44
  let[@inline] segment ~address ~sectors = (address lsr 9) lor (sectors lsl address_bits)
  let[@inline] address word = (word land ((1 lsl address_bits) - 1)) lsl 9
  let[@inline] sectors word = word lsr address_bits

  type status = Ok | Error | Not_supported

  let status = function Ok -> 0 | Error -> 1 | Not_supported -> 2
  let[@inline] answer ~tag result = tag lor (status result lsl 8)

  let result : Requests.outcome -> (unit, error) result = function
    | Answered 0 -> Ok ()
    | Answered 2 -> Error Unsupported
    | Answered _ | Interrupted -> Error Failed
    | Gone -> Error Gone
end

type t = {
  name : string;
  device : string;
  unit_name : string;
  mutable info : info;
  requests : Requests.t;
  failed : int Atomic.t;
}

let info t = t.info
let name t = t.name
let device t = t.device
let unit_name (t : t) = t.unit_name

(* ---- requests ---- *)

let is_whole t n = n land (t.info.block_sectors - 1) = 0

let check_range t ~sector ~sectors ~limit =
  if limit = 0 then Error Unsupported
  else if sector < 0 || sectors <= 0 || sectors > limit || sector > t.info.sectors - sectors then
    Error Out_of_range
  else if is_whole t sector && is_whole t sectors then Ok ()
  else Error Out_of_range

let check t operation ~sector ~sectors =
  match operation with
  | Flush -> Ok ()
  | Write | Discard | Write_zeroes when t.info.read_only -> Error Read_only
  | Read | Write -> check_range t ~sector ~sectors ~limit:max_int
  | Discard -> check_range t ~sector ~sectors ~limit:t.info.discard_max
  | Write_zeroes -> check_range t ~sector ~sectors ~limit:t.info.zeroes_max

let check_segment { memory; offset; sectors } =
  let length = sectors * sector_bytes in
  if sectors <= 0 || sectors > sectors_max then invalid_arg "Block: a segment's length";
  if offset < 0 || offset > Hal.Dma.length memory - length then
    invalid_arg "Block: the segment is not within its memory";
  if (Hal.Dma.address memory + offset) land (sector_bytes - 1) <> 0 then
    invalid_arg "Block: memory is not aligned to 512 bytes"

let word_of operation { memory; offset; sectors } =
  match operation with
  | Read | Write -> Wire.segment ~address:(Hal.Dma.address memory + offset) ~sectors
  | Flush | Discard | Write_zeroes -> Wire.segment ~address:0 ~sectors

let rec write_segments words at operation = function
  | [] -> at
  | segment :: rest ->
      words.(at) <- word_of operation segment;
      write_segments words (at + 1) operation rest

let fill operation ~sector segments words =
  words.(0) <- Wire.request operation ~segments:(List.length segments);
  words.(1) <- sector;
  write_segments words 2 operation segments

let checked t operation ~sector segments =
  if List.compare_length_with segments segments_max > 0 then invalid_arg "Block: too many segments";
  if operation = Read || operation = Write then List.iter check_segment segments;
  let sectors = List.fold_left (fun sum segment -> sum + segment.sectors) 0 segments in
  let are_whole segments = List.for_all (fun segment -> is_whole t segment.sectors) segments in
  if t.info.block_sectors = 1 || are_whole segments then
    check t operation ~sector ~sectors
  else Error Out_of_range

let result t outcome =
  let result = Wire.result outcome in
  if Result.is_error result then Atomic.incr t.failed;
  result

let submit t operation ~sector segments answered =
  match checked t operation ~sector segments with
  | Error _ as e -> answered e
  | Ok () ->
      Requests.submit t.requests ~fill:(fill operation ~sector segments) (fun outcome ->
          answered (result t outcome))

let ask t operation ~sector segments =
  match checked t operation ~sector segments with
  | Error _ as e -> e
  | Ok () -> result t (Requests.ask t.requests ~fill:(fill operation ~sector segments))

let read t ~sector memory ~offset ~sectors = ask t Read ~sector [ { memory; offset; sectors } ]
let write t ~sector memory ~offset ~sectors = ask t Write ~sector [ { memory; offset; sectors } ]
let flush t = ask t Flush ~sector:0 []

(* A segment of no memory: its length alone counts. *)
let nowhere = Hal.Dma.make ~address:0 Bigarray.(Array1.create char c_layout 0)
let span sectors = [ { memory = nowhere; offset = 0; sectors } ]
let discard t ~sector ~sectors = ask t Discard ~sector (span sectors)
let write_zeroes t ~sector ~sectors = ask t Write_zeroes ~sector (span sectors)

(* ---- disks there are ---- *)

let disks : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get disks)
let find name = List.find_opt (fun t -> t.name = name) (Atomic.get disks)

type offered = { unit_name : string; info : info; queues : (int * Sched.Bell.t) list }

let rec create device offered =
  let others = Atomic.get disks in
  let name = Printf.sprintf "disk%d" (List.length others) in
  let requests = Requests.create ~name ~queues:(List.length offered.queues) ~repeats:true in
  let { unit_name; info; _ } = offered in
  let device_name = Device.name device and failed = Atomic.make 0 in
  let t = { name; device = device_name; unit_name; info; requests; failed } in
  if Atomic.compare_and_set disks others (t :: others) then begin
    Device.when_gone device (fun () -> Requests.close requests);
    t
  end
  else create device offered

let again device (info : info) (t : t) =
  if t.info.sectors <> info.sectors || t.info.block_sectors <> info.block_sectors then
    Device.fail device "%s is not what it was: %d sectors in place of %d" t.name info.sectors
      t.info.sectors;
  t.info <- info;
  t

let of_device device = List.filter (fun t -> t.device = Device.name device) (Atomic.get disks)

let offer_one device known offered =
  let t =
    match List.find_opt (fun (t : t) -> t.unit_name = offered.unit_name) known with
    | Some t -> again device offered.info t
    | None -> create device offered
  in
  Requests.serve t.requests device ~queues:offered.queues

let offer_all device all =
  let known = of_device device in
  let is_offered (t : t) = List.exists (fun offered -> offered.unit_name = t.unit_name) all in
  List.iter (fun (t : t) -> if not (is_offered t) then Requests.close t.requests) known;
  List.map (offer_one device known) all

let offer device info ~queues = List.hd (offer_all device [ { unit_name = ""; info; queues } ])
let statistics (t : t) = Requests.ports t.requests

type counts = { requests : int; replayed : int; failed : int }

let counts (t : t) =
  let c = Requests.counts t.requests in
  { requests = c.answered; replayed = c.repeated; failed = Atomic.get t.failed }
