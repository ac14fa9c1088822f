(** A framebuffer that the loader set up: memory that is shown. The platform gives it two windows:
    the memory, and registers that say what it is, {!Layout}. *)

val name : string
(** Of its identity. *)

(** Offsets of these registers, 32 bits each. *)
module Layout : sig
  val width : int
  val height : int
  val pitch : int
  val red_shift : int
  val green_shift : int
  val blue_shift : int
  val length : int
end

val driver : Driver.t
