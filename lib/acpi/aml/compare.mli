(** Comparisons of data: integers as unsigned numbers, strings and buffers byte by byte. *)

val data : Context.machine -> Object.t -> Object.t -> int
(** The second is converted to the first's type. Negative, zero or positive. *)

val matches : Context.machine -> operator:int -> Object.t -> Object.t -> bool
(** [matches machine ~operator element operand]: Match's condition (ACPI 6.5, section 19.6.83): 0
    always, 1 equal, 2 less or equal, 3 less, 4 greater or equal, 5 greater. False for elements
    that cannot be compared. *)
