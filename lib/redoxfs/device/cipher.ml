type t = {
  encrypt : index:int -> Buffer.t -> unit;
  decrypt : index:int -> Buffer.t -> unit;
  encrypt_hash : generation:int -> string -> string;
}
