(** Conversions between integers, strings and buffers.

    Source: ACPI 6.5, section 19.3.5 (tables 19.6 and 19.7). Where the standard leaves room
      (prefixes
    and separators of digits, empty strings) they are ACPICA's, which firmware is made for. *)

open Context

val to_integer : machine -> Object.t -> int64
(** Implicit: a string is hexadecimal, a buffer's first bytes are little-endian. *)

val to_bytes : machine -> Object.t -> Bytes.t
(** A copy; implicit: a string with its NUL, an integer with the machine's width. *)

val to_string : machine -> Object.t -> string
(** Implicit: an integer in hexadecimal, a buffer as [0x01 0x02]. *)

val like : machine -> Object.t -> Object.t -> Object.t
(** [like machine model value]: the value as what the model is, one of these three. *)

(** {1 Explicit} *)

val explicit_integer : machine -> Object.t -> Object.t
(** A string is decimal, or hexadecimal after [0x]. *)

val explicit_buffer : machine -> Object.t -> Object.t
val decimal_string : machine -> Object.t -> Object.t
val hex_string : machine -> Object.t -> Object.t
(** A buffer's bytes are separated by commas. *)

val text_of_buffer : machine -> Object.t -> length:int64 -> Object.t
(** ToString: up to a NUL, the length or the end. *)
