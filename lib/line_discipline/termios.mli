(** How a terminal is set: flags, special characters, speeds, as Linux's [struct termios] has them.
    Sources: POSIX.1-2017, General Terminal Interface (XBD 11); Linux, termios(3) and
    include/uapi/asm-generic/termbits.h, which x86_64, aarch64 and riscv64 share. *)

type t = {
  input : int;  (** flags: [c_iflag] *)
  output : int;  (** [c_oflag] *)
  control : int;  (** [c_cflag] *)
  local : int;  (** [c_lflag] *)
  line : int;  (** [c_line]: 0, the discipline's number *)
  characters : string;  (** [c_cc]: 19 bytes *)
  input_speed : int;  (** baud; of [struct termios2] alone *)
  output_speed : int;
}

val default : t
(** What a fresh pseudo-terminal has: canonical, with echo and signals, 38400 baud. *)

val has : int -> int -> bool
(** [has t.input icrnl]. *)

(** {1 As bytes} *)

type error = { size : int  (** of what was given *) }

val pp_error : Format.formatter -> error -> unit

val size : int
(** 36: four flag words, the line, the characters. *)

val encode : t -> bytes

val decode : t -> bytes -> (t, error) result
(** The speeds, which are not in it, stay as they were. Fails unless there are {!size} bytes. *)

val size2 : int
(** 44: the same and two speeds: [struct termios2]. *)

val encode2 : t -> bytes
val decode2 : bytes -> (t, error) result

(** {1 Special characters}

    Where each is in {!t.characters}. A character of 0 is switched off. *)

type character =
  | Interrupt
  | Quit
  | Erase
  | Kill
  | End_of_file
  | Time  (** not a character: tenths of seconds *)
  | Minimum  (** not a character: bytes *)
  | Start
  | Stop
  | Suspend
  | End_of_line
  | Reprint
  | Discard
  | Word_erase
  | Literal_next
  | End_of_line_2

val character : t -> character -> char
val with_character : t -> character -> char -> t

(** {1 Flags} *)

(** Of {!t.input}. *)

val parmrk : int
val istrip : int
val inlcr : int
val igncr : int
val icrnl : int
val iuclc : int
val ixon : int
val ixany : int
val ixoff : int
val iutf8 : int

(** Of {!t.output}. *)

val opost : int
val olcuc : int
val onlcr : int
val ocrnl : int
val onocr : int
val onlret : int

val tab_delay : int
(** A mask of two bits; with both, tabs become spaces. *)

(** Of {!t.local}. *)

val isig : int
val icanon : int
val echo : int
val echoe : int
val echok : int
val echonl : int
val noflsh : int
val tostop : int
val echoctl : int
val echoprt : int
val echoke : int
val iexten : int
