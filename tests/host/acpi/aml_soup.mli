(** Random AML of right shape: every operator with operands of the kinds that it takes, over a few
    objects of each type. *)

val make : unit -> Random.State.t -> string
(** The terms of a definition block: the objects, then methods, MTH0 to MTH3 of them. *)
