(** What a reader of tables should give. *)

val table : string -> Acpi.Table.t
(** The table of these bytes, at address 0x10000; raises when its header is bad. *)

val ok : ('a, Acpi.Error.t) result -> 'a
(** Raises with the error's text. *)

val wrong : string -> at:int -> Acpi.Error.problem -> ('a, Acpi.Error.t) result -> unit
(** [wrong signature ~at problem result]: that this is the error. *)

val equal : string -> 'a -> 'a -> unit
(** [equal what expected found], compared structurally. *)
