(** Keyboards, mice and the like: what is done to them, as events. Whoever listens hears those of
    all devices. *)

type t

val name : t -> string
(** ["input0"]. *)

val device : t -> string

val title : t -> string
(** As the device calls itself; may be empty. *)

val events : t -> int
(** That came, ever. *)

val all : unit -> t list
(** By name. *)

(** {1 Events}

    As Linux has them ([input-event-codes.h]), and so virtio's input devices. *)

type event = {
  kind : int;
  code : int;
  value : int;  (** of a key: 0 released, 1 pressed, 2 still held *)
}

val synchronisation : int
(** The kind that ends what belongs together: 0. *)

val key : int
(** The kind of keys and buttons: 1. *)

val light : int
(** The kind of lights: 17. *)

val listen : (t -> event -> unit) -> unit -> unit
(** The function is called for each event from now on, in a fiber of the device's: short, and it
    does not wait. What is returned ends that. *)

val send : t -> event -> bool
(** Such as a light on a keyboard. [false]: the device has no driver, or too much to do. *)

val statistics : t -> Port.statistics option
(** Of the present driver. *)

(** {1 For drivers}

    Events are items of {!words} words, either way: {!of_words}. Those that find no room are counted
    and lost. *)

val words : int
val of_words : int array -> int -> event
val to_words : event -> int array -> int -> unit

val capacity : int
(** Of the rings. *)

val offer : Device.t -> title:string -> core:int -> Sched.Bell.t -> Port.driver
