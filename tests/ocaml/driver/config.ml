type t = {
  flavour : Plan.flavour;
  architecture : Plan.architecture;
  target : string;
  suite : string;
  cc : string;
  cross : string;
  variant : string;
  sysroot : string;
  objects : string;
  loader : string;
  link : string;
  work : string;
  here : string;
  cores : int;
  memory_mib : int;
  timeout_s : int;
  jobs : int;
  runner : string;
  shell : string;
}

let split word =
  match String.index_opt word '=' with
  | Some i ->
      Either.Left (String.sub word 0 i, String.sub word (i + 1) (String.length word - i - 1))
  | None -> Right word

let architecture = function
  | "x86_64" -> Plan.X86_64
  | "aarch64" -> Aarch64
  | "riscv64" -> Riscv64
  | other -> failwith ("ARCH=" ^ other ^ ": no such architecture")

let flavour = function
  | "kernel" -> Plan.Kernel
  | "process" -> Process
  | other -> failwith ("FLAVOUR=" ^ other ^ ": no such flavour")

let of_words words =
  let settings, rest = List.partition_map split words in
  let find name =
    match List.assoc_opt name settings with
    | Some value -> value
    | None -> failwith (name ^ "= is missing")
  in
  let number name =
    match int_of_string_opt (find name) with
    | Some n when n > 0 -> n
    | _ -> failwith (Printf.sprintf "%s=%s is no number above 0" name (find name))
  in
  ( { flavour = flavour (find "FLAVOUR"); architecture = architecture (find "ARCH"); target = find
    "TARGET"; suite = find "SUITE";
      cc = find "CC"; cross = find "CROSS"; variant = find "VARIANT"; sysroot = find "SYSROOT";
      objects = find "OBJECTS"; loader = find "LOADER"; link = find "LINK"; work = find "WORK";
      here = find "HERE"; cores = number "SMP"; memory_mib = number "MEM";
      timeout_s = number "TIMEOUT";
      jobs = number "JOBS"; runner = find "RUNNER"; shell = find "SHELLS" },
    rest )
