(** Small things that a thread or process has set: prctl, arch_prctl, personality, membarrier. *)

val all : Call.t list
