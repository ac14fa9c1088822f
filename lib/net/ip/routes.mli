(** Which way packets go: prefixes, of which the longest counts. At most {!limit}. *)

type t

type route = {
  prefix : Address.t;
  bits : int;
  via : Address.t option;  (** a router; [None]: it is on the link *)
  expires : int;  (** ns; [max_int]: never *)
}

val limit : int
val create : unit -> t

val add : t -> route -> bool
(** In place of one to the same prefix by the same way; false: there are too many. *)

val remove : t -> prefix:Address.t -> bits:int -> unit
(** All to this prefix. *)

val remove_via : t -> prefix:Address.t -> bits:int -> via:Address.t -> unit
val next_hop : t -> now:int -> Address.t -> Address.t option
(** Whom to send to on the link; [None]: there is no way. *)

val all : t -> route list

val contains : prefix:Address.t -> bits:int -> Address.t -> bool
(** Both are of one version, and their first bits are the same. *)
