open Object
open Context

type target = Nowhere | Into of reference | Into_debug

let put_byte machine text n value =
  let byte =
    match value with
    | Integer n -> Int64.to_int (Int64.logand n 0xffL)
    | other ->
        let bytes = Convert.to_bytes machine other in
        if Bytes.length bytes = 0 then 0 else Bytes.get_uint8 bytes 0
  in
  if n >= Bytes.length text.bytes then
    Error.fail (Out_of_range { index = Int64.of_int n; size = Bytes.length text.bytes });
  Bytes.set_uint8 text.bytes n byte

(* A buffer keeps its length, unless it is empty. *)
let into_buffer machine text value =
  let from = Convert.to_bytes machine value in
  let size = Bytes.length text.bytes in
  if size = 0 then text.bytes <- from
  else (
    Budget.take machine.budget size;
    Bytes.fill text.bytes 0 size '\000';
    Bytes.blit from 0 text.bytes 0 (min size (Bytes.length from)))

let into_string machine text value =
  text.bytes <- Bytes.of_string (Convert.to_string machine value)

(* Data that a name stands for keeps its type. *)
let into_data machine node current value =
  match (current, value) with
  | Integer _, _ -> node.content <- Data (Integer (Convert.to_integer machine value))
  | Buffer text, _ -> into_buffer machine text value
  | String text, _ -> into_string machine text value
  | (Uninitialized | Reference _), _ | Package _, Package _ ->
      node.content <- Data (copy machine value)
  | other, _ -> wrong_type ~wanted:(type_name other) value

let into_node machine node value ~keep_type =
  let node = real node in
  match node.content with
  | Field field -> Field.write machine field value
  | Buffer_field field -> Field.write_buffer_field machine field value
  | Data current when keep_type -> into_data machine node current value
  | Data _ -> node.content <- Data (copy machine value)
  | _ -> wrong_type ~wanted:"an object that takes a value" (Named node)

let rec into machine reference value ~keep_type =
  match reference with
  | To_slot { is_argument = true; contents = Reference ((To_node _ | To_slot _) as inner) } ->
      through machine inner value
  | To_slot slot -> slot.contents <- copy machine value
  | To_node node -> into_node machine node value ~keep_type
  | To_byte (text, n) -> put_byte machine text n value
  | To_element (elements, n) -> elements.(n) <- copy machine value

(* By way of an argument: the object becomes what the value is. *)
and through machine reference value =
  match reference with
  | To_slot slot -> slot.contents <- copy machine value
  | reference -> into machine reference value ~keep_type:false

let put machine value target ~keep_type =
  match target with
  | Nowhere -> ()
  | Into reference -> into machine reference value ~keep_type
  | Into_debug -> machine.handlers.debug (Export.value machine value)

let store machine value target = put machine value target ~keep_type:true
let copy_object machine value target = put machine value target ~keep_type:false
