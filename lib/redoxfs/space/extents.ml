module By_index = Map.Make (Int)
module Indexes = Set.Make (Int)

(* Runs by their length's logarithm, beside: the last class has all that any level fits in. *)
type t = { lengths : int By_index.t; classes : Indexes.t array; count : int; runs : int }

let classes = Address.level_max + 1

let empty =
  { lengths = By_index.empty; classes = Array.make classes Indexes.empty; count = 0; runs = 0 }

let count t = t.count
let runs t = t.runs

let class_of length =
  let rec go level = if level + 1 < classes && length lsr (level + 1) > 0 then go (level + 1)
    else level in
  go 0

let with_class t length change =
  let copy = Array.copy t.classes in
  let c = class_of length in
  copy.(c) <- change copy.(c);
  copy

let put t index length =
  {
    lengths = By_index.add index length t.lengths;
    classes = with_class t length (Indexes.add index);
    count = t.count + length;
    runs = t.runs + 1;
  }

let drop t index length =
  {
    lengths = By_index.remove index t.lengths;
    classes = with_class t length (Indexes.remove index);
    count = t.count - length;
    runs = t.runs - 1;
  }

let before t index = By_index.find_last_opt (fun i -> i <= index) t.lengths
let after t index = By_index.find_first_opt (fun i -> i >= index) t.lengths

let overlaps t ~index ~count =
  (match before t index with Some (i, length) -> i + length > index | None -> false)
  || match after t index with Some (i, _) -> i < index + count | None -> false

let mem t index = overlaps t ~index ~count:1

let add t ~index ~count =
  if count <= 0 || index < 0 || index > max_int - count || overlaps t ~index ~count then None
  else
    let t, index, count =
      match before t index with
      | Some (i, length) when i + length = index -> (drop t i length, i, length + count)
      | _ -> (t, index, count)
    in
    match By_index.find_opt (index + count) t.lengths with
    | Some length -> Some (put (drop t (index + count) length) index (count + length))
    | None -> Some (put t index count)

let put_some t index length = if length = 0 then t else put t index length

let remove t ~index ~count =
  match before t index with
  | Some (i, length) when count > 0 && index - i <= length - count ->
      let t = put_some (drop t i length) i (index - i) in
      Some (put_some t (index + count) (i + length - index - count))
  | _ -> None

let take t ~level =
  let lowest found c =
    match (found, Indexes.min_elt_opt c) with
    | Some a, Some b -> Some (min a b)
    | None, found | found, None -> found
  in
  let fitting = Array.sub t.classes level (classes - level) in
  match Array.fold_left lowest None fitting with
  | None -> None
  | Some index ->
      let length = By_index.find index t.lengths and wanted = Address.blocks_of_level level in
      Some (index, put_some (drop t index length) (index + wanted) (length - wanted))

let fold f t start = By_index.fold (fun index count value -> f ~index ~count value) t.lengths start
