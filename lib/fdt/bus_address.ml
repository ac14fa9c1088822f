type t = Plain of int | Pci of Pci.t

let of_cells cells =
  if Cells.length cells = 3 then Result.map (fun pci -> Pci pci) (Pci.of_cells cells)
  else Result.map (fun at -> Plain at) (Cells.number cells)

let at = function Plain at -> at | Pci pci -> pci.at
let move t by = match t with Plain at -> Plain (at + by) | Pci p -> Pci { p with at = p.at + by }

type space = Physical | Configuration | Io | Memory

let space = function
  | Plain _ -> Physical
  | Pci { space = Configuration; _ } -> Configuration
  | Pci { space = Io; _ } -> Io
  | Pci { space = Memory32 | Memory64; _ } -> Memory

let pp ppf = function Plain at -> Format.fprintf ppf "0x%x" at | Pci pci -> Pci.pp ppf pci
