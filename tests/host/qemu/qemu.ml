let silent = [ "-display"; "none"; "-net"; "none"; "-serial"; "none"; "-monitor"; "none" ]
let limited program arguments = Array.of_list ("timeout" :: "60" :: program :: arguments)

let read_file name =
  In_channel.with_open_bin name In_channel.input_all

let with_scratch suffix body =
  let name = Filename.temp_file "bactrian-test-" suffix in
  Fun.protect ~finally:(fun () -> Sys.remove name) (fun () -> body name)

let device_tree ~program machine more =
  with_scratch ".dtb" (fun blob ->
      with_scratch ".log" (fun log ->
          let machine = Printf.sprintf "%s,dumpdtb=%s" machine blob in
          let arguments = limited program ([ "-accel"; "tcg"; "-M"; machine ] @ silent @ more) in
          let out = Unix.openfile log [ O_WRONLY; O_TRUNC ] 0 in
          let pid = Unix.create_process "timeout" arguments Unix.stdin out out in
          Unix.close out;
          match Unix.waitpid [] pid with
          | _, WEXITED 0 -> read_file blob
          | _ -> failwith (program ^ ": " ^ read_file log)))

(* ---- qtest: a line is sent, and a line answers ---- *)

type configuration = Ports | Registers
type session = { to_qemu : out_channel; of_qemu : in_channel; configuration : configuration }

let rec answer session =
  match Option.map (String.split_on_char ' ') (In_channel.input_line session.of_qemu) with
  | Some [ "OK" ] -> ""
  | Some [ "OK"; value ] -> value
  | Some ("IRQ" :: _) -> answer session
  | Some words -> failwith (String.concat " " words)
  | None -> failwith "QEMU ended"

let send session format =
  Printf.ksprintf
    (fun line ->
      output_string session.to_qemu (line ^ "\n");
      flush session.to_qemu;
      answer session)
    format

let bytes_of_hex hex =
  let digits = String.sub hex 2 (String.length hex - 2) in
  String.init (String.length digits / 2) (fun i ->
      Char.chr (int_of_string ("0x" ^ String.sub digits (2 * i) 2)))

(* ---- fw_cfg: by DMA into the machine's memory ---- *)

let directory = 0x19

(* Where the machine's memory begins. *)
let memory session = match session.configuration with Ports -> 0 | Registers -> 0x40000000

let swapped hex = String.get_int32_le (bytes_of_hex hex) 0

(* The request's address is big-endian as well: its upper half, then the lower one starts it. *)
let start session request =
  let address = swapped (Printf.sprintf "0x%08x" request) in
  match session.configuration with
  | Ports ->
      ignore (send session "outl 0x514 0");
      ignore (send session "outl 0x518 0x%lx" address)
  | Registers ->
      ignore (send session "writel 0x9020010 0");
      ignore (send session "writel 0x9020014 0x%lx" address)

(* Reads [size] bytes of an item, from its start. *)
let read_item session item size =
  let request = memory session + 0x10000 and buffer = memory session + 0x20000 in
  let select_and_read = (item lsl 16) lor 8 lor 2 in
  let words = List.map (Printf.sprintf "%08x") [ select_and_read; size; 0; buffer ] in
  ignore (send session "write 0x%x 16 0x%s" request (String.concat "" words));
  start session request;
  bytes_of_hex (send session "read 0x%x 0x%x" buffer size)

let u32 bytes at = Int32.to_int (String.get_int32_be bytes at)

(* Its item and size: an entry has 64 bytes, its name the last 56. *)
let find_file session name =
  let entries = u32 (read_item session directory 4) 0 in
  let listing = read_item session directory (4 + (64 * entries)) in
  let rec go i =
    if i = entries then failwith ("there is no " ^ name)
    else
      let at = 4 + (64 * i) in
      let entry_name = String.sub listing (at + 8) 56 in
      if List.hd (String.split_on_char '\000' entry_name) = name then
        (String.get_uint16_be listing (at + 4), u32 listing at)
      else go (i + 1)
  in
  go 0

(* It goes on when nobody talks to it any more, so it is ended. *)
let stop channels =
  Unix.kill (Unix.process_pid channels) Sys.sigterm;
  ignore (Unix.close_process channels)

let file session name =
  let item, size = find_file session name in
  read_item session item size

let with_session ~program configuration machine more body =
  let qtest = [ "-accel"; "tcg"; "-S"; "-qtest"; "stdio"; "-qtest-log"; "none" ] in
  let arguments = limited program (qtest @ [ "-M"; machine ] @ silent @ more) in
  let ((of_qemu, to_qemu) as channels) = Unix.open_process_args "timeout" arguments in
  Fun.protect
    ~finally:(fun () -> stop channels)
    (fun () -> body { to_qemu; of_qemu; configuration })

let firmware_file ~program machine more name =
  with_session ~program Ports machine more (fun session -> file session name)
