(** Asking whether somebody is there: ICMP's echo, of both versions. Sources: RFC 792, RFC 4443 4.
    *)

type table

val create : Context.t -> table

type answer = { bytes : int; time : int  (** ns *) }

val ask : table -> Address.t -> bytes:int -> patience:int -> (answer option, Ip_output.error) result
(** Sends an echo with so many bytes of data, and waits for its answer for [patience] ns; [None]:
    none came. 1400 bytes at most.
    @raise Invalid_argument for more. *)

val echoed : table -> source:Address.t -> Packet.t -> unit
(** An answer arrived. Takes it. *)
