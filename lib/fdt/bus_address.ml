type t = Plain of int | Pci of Pci.t

let of_cells cells =
  if Cells.length cells = 3 then Result.map (fun pci -> Pci pci) (Pci.of_cells cells)
  else Result.map (fun at -> Plain at) (Cells.number cells)

let at = function Plain at -> at | Pci pci -> pci.at
let move t by = match t with Plain at -> Plain (at + by) | Pci p -> Pci { p with at = p.at + by }

let same_space a b =
  match (a, b) with
  | Plain _, Plain _ -> true
  | Pci a, Pci b -> Pci.same_space a b
  | Plain _, Pci _ | Pci _, Plain _ -> false

let pp ppf = function Plain at -> Format.fprintf ppf "0x%x" at | Pci pci -> Pci.pp ppf pci
