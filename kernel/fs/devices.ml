type t = {
  name : string;
  number : int;
  open_ : Node.t -> Node.flags -> (Node.file, Errno.t) result;
}

(* Linux, include/linux/kdev_t.h: new_encode_dev. *)
let number ~major ~minor = minor land 0xff lor (major lsl 8) lor ((minor lsr 8) lsl 20)

let major number = (number lsr 8) land 0xfff
let minor number = number land 0xff lor ((number lsr 12) land 0xfff00)

(* What is moved at once. *)
let bound = 65536

(* Pieces, each filled before it goes. *)
let give fill transfer =
  let total = Transfer.length transfer in
  let bytes = Bytes.make (Int.min bound total) '\000' in
  let rec pieces moved n =
    let len = Int.min (Bytes.length bytes) n in
    if len = 0 then Ok moved
    else begin
      fill bytes len;
      match Transfer.put transfer bytes 0 len with
      | Ok put when put = len -> pieces (moved + put) (n - put)
      | Ok put -> Ok (moved + put)
      | Error _ when moved > 0 -> Ok moved
      | Error _ as e -> e
    end
  in
  Stretch.moving ~whole:false ~total (fun _ n -> pieces 0 n)

let zeros = give (fun _ _ -> ())
let noise = give (fun bytes len -> Hal.Entropy.fill bytes ~pos:0 ~len)

(* What is written to null is not even looked at. *)
let swallow transfer = Ok (Transfer.length transfer)

let stir transfer =
  let total = Transfer.length transfer in
  let bytes = Bytes.create (Int.min bound total) in
  let rec pieces moved n =
    match Transfer.take transfer bytes 0 (Int.min n (Bytes.length bytes)) with
    | Ok 0 -> Ok moved
    | Ok len ->
        Hal.Entropy.add bytes ~pos:0 ~len;
        pieces (moved + len) (n - len)
    | Error _ when moved > 0 -> Ok moved
    | Error _ as e -> e
  in
  Stretch.moving ~whole:false ~total (fun _ n -> pieces 0 n)

let refuse transfer = if Transfer.length transfer = 0 then Ok 0 else Error Errno.ENOSPC
let nothing _ = Ok 0

let anonymous () =
  match Hal.Memory_object.create ~size:Tmp_data.size_max with
  | memory -> Ok memory
  | exception Out_of_memory -> Error Errno.ENOMEM

let file ~read ~write ?(memory = Node.no_memory) node (_ : Node.flags) =
  Ok
    {
      Node.node;
      read = (fun ~at:_ transfer -> read transfer);
      write = (fun ~at:_ transfer -> write transfer);
      has_position = true;
      readiness = (fun () -> Readiness.(union readable writable));
      watch = None;
      control = Node.no_control;
      memory;
      sync = (fun () -> Error EINVAL);
      close = ignore;
    }

let device name minor open_ = { name; number = number ~major:1 ~minor; open_ }

let all =
  [
    device "null" 3 (file ~read:nothing ~write:swallow);
    device "zero" 5 (file ~read:zeros ~write:swallow ~memory:anonymous);
    device "full" 7 (file ~read:zeros ~write:refuse);
    device "random" 8 (file ~read:noise ~write:stir);
    device "urandom" 9 (file ~read:noise ~write:stir);
  ]

let no_others _ _ _ = Error Errno.ENXIO

let open_special ?(others = no_others) (node : Node.t) flags =
  Result.bind (node.stat ()) @@ fun stat ->
  let is_it device = stat.kind = Character && device.number = stat.special in
  match List.find_opt is_it all with
  | Some device -> device.open_ node flags
  | None -> others node stat flags

let add (node : Node.t) devices =
  match node.body with
  | Target _ | Plain -> Error Errno.ENOTDIR
  | Names directory ->
      let add_one so_far device =
        Result.bind so_far @@ fun () ->
        let fresh = Node.New_special (Character, device.number) in
        Result.map ignore (directory.create device.name fresh ~mode:0o666 ~uid:0 ~gid:0)
      in
      List.fold_left add_one (Ok ()) devices
