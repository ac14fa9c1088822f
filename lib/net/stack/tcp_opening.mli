(** What users open: listeners, and connections to others. Source: RFC 6056 3.3.3 for ports. *)

val listen :
  Tcp_table.t ->
  ?address:Address.t ->
  ?config:Control.config ->
  port:int ->
  backlog:int ->
  unit ->
  Tcp_table.listener option
(** [None]: somebody listens there. *)

val unlisten : Tcp_table.t -> Tcp_table.listener -> unit
(** What was not accepted is reset. *)

type failure = No_route of Ip_output.error | No_port | Too_many

val connect :
  Tcp_table.t ->
  ?config:Control.config ->
  ?source:Address.t ->
  Address.t ->
  port:int ->
  (Tcp_table.socket, failure) result
