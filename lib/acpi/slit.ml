type t = { nr_domains : int; matrix : string }

let ( let* ) = Result.bind
let first = 44
let at t ~from to_ = Char.code t.matrix.[(from * t.nr_domains) + to_]
let nr_domains t = t.nr_domains

let check_diagonal part t =
  let wrong domain = at t ~from:domain domain <> 10 in
  match List.find_opt wrong (List.init t.nr_domains Fun.id) with
  | None -> Ok t
  | Some domain ->
      let value = Int64.of_int (at t ~from:domain domain) in
      Part.fail part
        ~at:(first + (domain * (t.nr_domains + 1)))
        (Bad_value { field = "distance to itself"; value })

let of_table (table : Table.t) =
  let part = Table.part table in
  let* () = Table.expect table "SLIT" in
  let* () = Part.require part first in
  let* nr_domains = Part.u64 part ~field:"Number of System Localities" 36 in
  if nr_domains > 4096 then
    Part.fail part ~at:36
      (Bad_value { field = "Number of System Localities"; value = Int64.of_int nr_domains })
  else
    let* matrix = Part.sub part ~offset:first ~length:(nr_domains * nr_domains) in
    check_diagonal part { nr_domains; matrix = String.sub table.bytes matrix.offset matrix.length }

let distance t ~from to_ =
  let known domain = domain >= 0 && domain < t.nr_domains in
  if not (known from && known to_) then None
  else match at t ~from to_ with 255 -> None | distance -> Some distance

let pp ppf t =
  Format.fprintf ppf "@[<v>SLIT, %d domains" t.nr_domains;
  for from = 0 to t.nr_domains - 1 do
    Format.fprintf ppf "@,%d:" from;
    for to_ = 0 to t.nr_domains - 1 do
      Format.fprintf ppf " %d" (at t ~from to_)
    done
  done;
  Format.fprintf ppf "@]"
