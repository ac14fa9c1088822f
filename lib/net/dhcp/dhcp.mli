(** Asking a DHCP server for an address of version 4, and keeping it. Source: RFC 2131 3, 4.4. *)

type lease = {
  address : Address.t;
  bits : int;
  routers : Address.t list;
  name_servers : Address.t list;
  server : Address.t;
  expires : int;  (** ns of the stack's clock; [max_int]: never *)
}

val run : Stack.t -> on_change:(lease option -> unit) -> unit
(** Gives the interface its address and the default route, renews both in time, and takes them
    away when they expire or the server says so. Each change is told. Goes on until its fiber is
    canceled, and is then the only one at port 68.
    @raise Failure when another fiber has that port. *)
