(** Displays. Whoever uses one has a picture of it in memory of his own, the {e canvas}, and has
    parts of it shown. A display stays while drivers of its device come and go: what was asked of
    one that ended is asked of the next. *)

type t

val name : t -> string
(** ["display0"]. *)

val device : t -> string

type mode = {
  width : int;  (** in dots *)
  height : int;
  red_shift : int;  (** where a colour's eight bits are in a dot's 32 *)
  green_shift : int;
  blue_shift : int;
}

val mode : t -> mode
(** The same for good. *)

val canvas_bytes : mode -> int
(** Rows of 4 bytes for each dot, one after the other. *)

val attach : t -> Hal.Dma.t -> unit
(** This is the display's canvas from now on, and stays.
    @raise Invalid_argument when it is smaller than {!canvas_bytes}. *)

type error = Failed | Gone  (** it has no driver any more *)

val pp_error : Format.formatter -> error -> unit

val show : t -> x:int -> y:int -> width:int -> height:int -> (unit, error) result
(** Shows this part of the canvas, and waits until that is done.
    @raise Invalid_argument when it is not within the display, or there is no canvas. *)

val lives : t -> int
(** How often a driver began: each of them shows nothing at first. *)

val all : unit -> t list
(** By name. *)

val when_offered : (unit -> unit) -> unit
(** The function is called whenever a driver begins, from now on: short, and it does not wait. *)

val statistics : t -> Port.statistics list

(** {1 For drivers} *)

type rectangle = { x : int; y : int; width : int; height : int }

val words : int
(** Of a request: {!rectangle}. *)

val rectangle : int array -> rectangle

val shown : int
(** The answers' bits above the tag. *)

val not_shown : int

val canvas : t -> Hal.Dma.t
(** There is one when a request comes. *)

val offer : Device.t -> mode -> core:int -> Sched.Bell.t -> t * Port.driver
(** The device is a display. When it was one before its mode is what it was then. *)
