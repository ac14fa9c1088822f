(** What the nucleus knows of the machine and of itself. *)

type facts = {
  version : string;  (** Bactrian's *)
  architecture : string;  (** ["x86_64"], ["aarch64"] or ["riscv64"] *)
  model : string;  (** what firmware calls the machine; [""] when it does not say *)
  cpu : string;
  loader : string;  (** name and version of the boot loader *)
  base_revision : int;  (** of the Limine protocol, as answered *)
  tables : string;  (** ["device tree"], ["ACPI"], both, or ["no tables"] *)
  console : string;
  interrupts : string;  (** the interrupt controller *)
  between_cores : string;  (** by what cores interrupt each other *)
  paging_levels : int;
  clock_hz : int;
  timer : string;
  hypervisor_stub : bool;  (** aarch64: the loader left its stub at EL2 *)
  framebuffer : (int * int * int) option;  (** width, height, bits per pixel *)
}

val facts : unit -> facts

type framebuffer = {
  address : int;  (** physical *)
  width : int;
  height : int;
  pitch : int;  (** bytes from a row to the next *)
  bits : int;  (** of a dot *)
  red_shift : int;
  green_shift : int;
  blue_shift : int;
}

val framebuffer : unit -> framebuffer option
(** That the loader set up. *)

val command_line : unit -> string

val option : string -> string option
(** The value of [NAME=value] on the kernel command line. *)

val uptime_ns : unit -> int
(** Monotonic nanoseconds since the nucleus started, the same on all cores. *)

val wall_ns : unit -> int
(** Nanoseconds since 1970-01-01 00:00 UTC; counted from when the machine started when nobody
    told. *)

val set_wall_ns : int -> unit
(** What {!wall_ns} is now, and counts on from. Not before 1970. *)

type memory = {
  total : int;  (** bytes of RAM ever given to the frame allocator *)
  free : int;
  lowest : int;  (** the least that was ever free *)
  committed : int;  (** behind the kernel's dynamic range: heaps and stacks *)
  reserve : int;  (** held back for the garbage collector *)
}

val memory : unit -> memory

type kind = {
  name : string;  (** of many such objects *)
  in_use : int;
  frames : int;  (** of which they are cut, which are kept *)
}

val kinds : unit -> kind list
(** What the nucleus has of its small objects, of each kind that there ever was, in no order. *)

type core = {
  index : int;
  hardware_id : int;  (** local APIC id, MPIDR affinity, hart id *)
  interrupts : int;  (** from devices *)
  ipis : int;
  timer : int;  (** timer interrupts *)
  switches : int;  (** of threads *)
  idle_ns : int;
}

val cores : unit -> core array

val this_core : unit -> int
(** The core that the calling domain runs on. It never changes. *)

type contents = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

type boot_module = { path : string; contents : contents }

val boot_modules : unit -> boot_module list
(** The files that the loader loaded beside the kernel. Their memory is never reused; writing to it
    is an error that nothing catches. *)

val device_tree : unit -> contents option
(** The flattened device tree that the loader handed over; not to be written to. *)

val acpi_root : unit -> int option
(** The physical address of ACPI's root pointer. *)
