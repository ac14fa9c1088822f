(** Which interrupt a PCI device's pin raises: [_PRT] of its host bridge or bridge, and the link
    devices that it may lead through.

    Source: ACPI 6.5, section 6.2.13; for link devices section 6.2.13.1 and the PCI Interrupt Link
    Device of section 5.6.7. *)

type target =
  | Line of int  (** a global system interrupt; level triggered, active low *)
  | Link of { path : Path.t; index : int }  (** one of what that device can give *)

type entry = { device : int;  (** on the bridge's bus *) pin : int;
   (** 0 is INTA *) target : target }

type model = Pic | Apic | Sapic | Platform of int

val set_model : Machine.t -> model -> (unit, Query.error) result
(** Tells the firmware by [\_PIC] which controllers are in use. Before that it assumes [Pic]: its
    tables differ. *)

val table : Machine.t -> Path.t -> (entry list option, Query.error) result
(** The [_PRT] of a bridge, in its order; [None] when it has none. *)

val find : entry list -> device:int -> pin:int -> target option

(** {1 Link devices} *)

val current : Machine.t -> Path.t -> index:int -> (Resource.t option, Query.error) result
(** The interrupt that a link gives now, by [_CRS]; [None] when it is off. *)

val possible : Machine.t -> Path.t -> (Resource.t list, Query.error) result
(** Those that it could give, by [_PRS]: descriptors whose lines are the choices. *)

val set : Machine.t -> Path.t -> Resource.t -> int -> (unit, Query.error) result
(** Has the link give this line, by [_SRS]; the descriptor is one of {!possible}. *)

val interrupt : Machine.t -> target -> (Resource.interrupt option, Query.error) result
(** What a target comes to, with one line: a link that is off is set to the last of its possible
    lines first, as the first ones are the ISA devices'. [None] when it has none. *)

val pp : Format.formatter -> entry -> unit
