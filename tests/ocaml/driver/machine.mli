(** One boot of a kernel in QEMU. *)

type program = {
  kernel : string;
  arguments : string list;
  environment : (string * string) list;
  files : (string * string) list;  (** name in the kernel's root directory, file here *)
  stdin : string option;  (** one of these names *)
}

type ending =
  | Exit of int
  | Panic  (** the kernel's panic screen is in the output *)
  | Silence  (** the time was up *)
  | Broken of int  (** QEMU failed, with this status *)
  | Signal of int  (** a process that a signal ended *)

(** Boots it; [scratch] is a prefix for temporary files. The program's output (standard output and
    error) is what the serial line carried after the marker, its line ends as the program wrote
    them. *)
val run : Config.t -> scratch:string -> program -> string * ending
