let prefix = "virtio_mmio.device="

let after_prefix word =
  let n = String.length prefix in
  if String.length word > n && String.sub word 0 n = prefix then
    Some (String.sub word n (String.length word - n))
  else None

(* Sizes may end in K; numbers in hexadecimal begin with 0x. *)
let size text =
  match String.length text with
  | 0 -> None
  | n when text.[n - 1] = 'K' || text.[n - 1] = 'k' ->
      Option.map (fun k -> k * 1024) (int_of_string_opt (String.sub text 0 (n - 1)))
  | _ -> int_of_string_opt text

let device ~length ~address ~interrupt =
  Simple_device.make
    ~name:(Printf.sprintf "virtio_mmio %x" address)
    ~identity:(Compatible [ "virtio,mmio" ])
    { memory = [ (address, length) ]; ports = []; interrupts = [ (interrupt, Level_high) ] }

let parse text =
  match String.split_on_char '@' text with
  | [ length; rest ] -> (
      match String.split_on_char ':' rest with
      | address :: interrupt :: _ -> (
          match (size length, int_of_string_opt address, int_of_string_opt interrupt) with
          | Some length, Some address, Some interrupt when length > 0 && address > 0 ->
              Some (device ~length ~address ~interrupt)
          | _ -> None)
      | _ -> None)
  | _ -> None

let find command_line =
  let words = String.split_on_char ' ' command_line in
  List.filter_map (fun word -> Option.bind (after_prefix word) parse) words
