(** AML's integers: unsigned, of 32 bits when the DSDT's revision is below 2, else of 64; kept in an
    [int64] whose upper half is then zero.

    Source: ACPI 6.5, sections 19.3.5.3 and 19.6. *)

type width = Bits32 | Bits64

val of_revision : int -> width
val size : width -> int
(** In bytes. *)

val wrap : width -> int64 -> int64
val of_bool : width -> bool -> int64
(** [Ones] or zero. *)

val to_index : int64 -> size:int -> int
(** @raise Error.Fault unless it is below [size]. *)

val to_size : int64 -> int
(** A count of bytes or elements.
    @raise Error.Fault above 31 bits. *)

(** {1 Operators}

    Their results are to be wrapped by whoever calls them. *)

val shift_left : int64 -> int64 -> int64
val shift_right : int64 -> int64 -> int64
(** Zero when the shift is 64 or more. *)

val divide : int64 -> int64 -> int64
val modulo : int64 -> int64 -> int64
(** @raise Error.Fault by zero. *)

val highest_bit : int64 -> int64
val lowest_bit : int64 -> int64
(** Counted from 1; zero of zero. *)

val from_bcd : int64 -> int64
val to_bcd : width -> int64 -> int64
(** @raise Error.Fault when a digit is above 9, or the number has more digits than fit. *)

(** {1 Text} *)

val to_hex : width -> int64 -> string
(** All digits, upper case. *)

val of_hex : width -> string -> int64
(** The hexadecimal digits at the beginning, as many as fit; zero without one. *)

val of_decimal : width -> string -> int64
(** The same of decimal digits. *)
