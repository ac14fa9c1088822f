let sprintf = Printf.sprintf

(* What every x86_64 has. *)
let x86_flags =
  "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse \
   sse2 syscall nx lm"

let x86_64 (core : Hal.Machine.core) ~model ~count =
  [
    ("processor", string_of_int core.index);
    ("vendor_id", "unknown");
    ("cpu family", "15");
    ("model", "0");
    ("model name", model);
    ("stepping", "0");
    ("physical id", "0");
    ("siblings", string_of_int count);
    ("core id", string_of_int core.index);
    ("cpu cores", string_of_int count);
    ("apicid", string_of_int core.hardware_id);
    ("fpu", "yes");
    ("fpu_exception", "yes");
    ("wp", "yes");
    ("flags", x86_flags);
    ("clflush size", "64");
    ("cache_alignment", "64");
    ("address sizes", "40 bits physical, 48 bits virtual");
  ]

let aarch64 (core : Hal.Machine.core) ~model ~count:_ =
  [
    ("processor", string_of_int core.index);
    ("model name", model);
    ("Features", "fp asimd");
    ("CPU architecture", "8");
  ]

let paging = function 4 -> "sv48" | 5 -> "sv57" | _ -> "sv39"

let riscv64 (core : Hal.Machine.core) ~model ~count:_ =
  [
    ("processor", string_of_int core.index);
    ("hart", string_of_int core.hardware_id);
    ("isa", "rv64imafdc");
    ("mmu", paging (Hal.Machine.facts ()).paging_levels);
    ("uarch", model);
  ]

let paragraph =
  match Architecture.this with X86_64 -> x86_64 | Aarch64 -> aarch64 | Riscv64 -> riscv64

let text () =
  let model = (Hal.Machine.facts ()).cpu and cores = Array.to_list (Hal.Machine.cores ()) in
  let line (name, value) =
    sprintf "%s%s: %s\n" name (if String.length name < 8 then "\t\t" else "\t") value
  in
  let of_core core =
    String.concat "" (List.map line (paragraph core ~model ~count:(List.length cores))) ^ "\n"
  in
  String.concat "" (List.map of_core cores)
