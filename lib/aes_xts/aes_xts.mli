(** AES-128 in XTS mode: how disks are encrypted. Bytes fill {e sectors}; each is encrypted with its
    number, so the same bytes look different wherever they are, and nothing grows. Whoever changes
    encrypted bytes changes what they decrypt to, unpredictably, in blocks of 16: XTS alone does not
    find that.

    Sources: FIPS 197 (AES); IEEE 1619-2018, 5.3 and 5.4 (XTS), without ciphertext stealing.

    How long it takes says nothing of keys and data: no branch and no address depends on them. Cores
    with AES instructions use them (x86_64's AES-NI, ARMv8's cryptographic extension), where the
    system says that they are there; others compute with bits of eight blocks at a time, which takes
    some 20 times as many instructions. *)

type t
(** Two expanded keys, outside OCaml's heap. Any fiber on any core may use it. *)

type buffer = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

val create : data:string -> tweak:string -> t
(** The key that encrypts the data, and the one that makes tweaks of sector numbers.
    @raise Invalid_argument unless both have 16 bytes. *)

val encrypt : t -> sector_bytes:int -> first:int -> buffer -> offset:int -> length:int -> unit
(** In place. The sector at [offset] has the number [first], each one behind it one more. Beyond
    16 KiB the domain is left to others meanwhile, so nobody may change or use the bytes.
    @raise Invalid_argument
      when the range is not within the buffer or not of whole sectors, when a sector is not of whole
      blocks of 16 bytes, or when a number is negative. *)

val decrypt : t -> sector_bytes:int -> first:int -> buffer -> offset:int -> length:int -> unit
(** The inverse of {!encrypt}. *)

(** {1 One block}

    AES without a mode, of 16 bytes: to keep a key under another one.
    @raise Invalid_argument unless both strings have 16 bytes. *)

val encrypt_block : key:string -> string -> string
val decrypt_block : key:string -> string -> string

val code : unit -> string
(** How it is computed here: ["AES-NI"], ["ARMv8"] or ["bitsliced"]. *)
