(** What programs ask of scheduling: cores, policies, priorities. All threads are scheduled alike,
    on all the cores that serve processes; what differs from that is checked and told, or
    refused. *)

val all : Call.t list
