type program = {
  kernel : string;
  arguments : string list;
  environment : (string * string) list;
  files : (string * string) list;
  stdin : string option;
}

type ending = Exit of int | Panic | Silence | Broken of int | Signal of int

let panic_status = 101
let marker = "--program-output--"

(* ---- the archive that the loader reads: POSIX ustar ---- *)

let block = 512

let header name size =
  let h = Bytes.make block '\000' in
  let put at text = Bytes.blit_string text 0 h at (String.length text) in
  put 0 name;
  put 100 "0000644\0000000000\0000000000\000";
  put 124 (Printf.sprintf "%011o\00000000000000\000" size);
  put 148 "        0";
  put 257 "ustar\00000";
  let sum = Bytes.fold_left (fun sum c -> sum + Char.code c) 0 h in
  put 148 (Printf.sprintf "%06o\000 " sum);
  Bytes.to_string h

let padding size = String.make ((block - (size mod block)) mod block) '\000'

let archive files =
  let out = Buffer.create 1_000_000 in
  let add (name, path) =
    let data = File.read path in
    let size = String.length data in
    List.iter (Buffer.add_string out) [ header name size; data; padding size ]
  in
  List.iter add files;
  Buffer.add_string out (String.make (2 * block) '\000');
  Buffer.contents out

let initrd program ~scratch =
  if program.files = [] then program.kernel
  else
    let path = scratch ^ ".tar" in
    let under_root (name, file) = ("root/" ^ name, file) in
    File.write path (archive (("kernel.elf", program.kernel) :: List.map under_root program.files));
    path

(* ---- the command ---- *)

let quoted word = if String.contains word ' ' || word = "" then "\"" ^ word ^ "\"" else word

let command_line p =
  let setting (name, value) = quoted (name ^ "=" ^ value) in
  let stdin = match p.stdin with Some name -> [ "stdin=/" ^ name ] | None -> [] in
  String.concat " "
    ((("marker=" ^ marker) :: stdin)
    @ List.map setting p.environment
    @ ("--" :: List.map quoted p.arguments))

let qemu (config : Config.t) =
  match config.architecture with
  | X86_64 ->
    "qemu-system-x86_64 -M q35 -cpu max -device isa-debug-exit,iobase=0xf4,iosize=4"
  | Aarch64 -> "qemu-system-aarch64 -M virt -cpu max -semihosting-config enable=on,target=native"
  | Riscv64 -> "qemu-system-riscv64 -M virt -cpu rv64"

let command (config : Config.t) p ~scratch =
  Printf.sprintf
    "timeout -k 5 %d %s -accel tcg -smp %d -m %d -display none -serial file:%s -monitor none -no-reboot -net \
     none -kernel %s -initrd %s -append %s >%s 2>&1 </dev/null"
    config.timeout_s (qemu config) config.cores config.memory_mib
    (Filename.quote (scratch ^ ".serial"))
    (Filename.quote config.loader)
    (Filename.quote (initrd p ~scratch))
    (Filename.quote (command_line p))
    (Filename.quote (scratch ^ ".qemu"))

(* ---- what came back ---- *)

(* The console makes "\r\n" of "\n". *)
let as_written serial =
  let out = Buffer.create (String.length serial) in
  String.iteri
    (fun i c ->
      let ends_line = c = '\r' && i + 1 < String.length serial && serial.[i + 1] = '\n' in
      if not ends_line then Buffer.add_char out c)
    serial;
  Buffer.contents out

let rec find_from text word at =
  if at + String.length word > String.length text then None
  else if String.sub text at (String.length word) = word then Some (at + String.length word)
  else find_from text word (at + 1)

let program_output serial =
  match find_from serial (marker ^ "\r\n") 0 with
  | Some at -> as_written (String.sub serial at (String.length serial - at))
  | None -> as_written serial

let ending (config : Config.t) status =
  match (config.architecture, status) with
  | _, (124 | 137) -> Silence
  | X86_64, _ when status land 1 = 0 -> Broken status
  | X86_64, _ -> if status / 2 = panic_status then Panic else Exit (status / 2)
  | (Aarch64 | Riscv64), _ -> if status = panic_status then Panic else Exit status

let run config ~scratch p =
  let status = Sys.command (command config p ~scratch) in
  let serial = try File.read (scratch ^ ".serial") with Sys_error _ -> "" in
  (program_output serial, ending config status)
