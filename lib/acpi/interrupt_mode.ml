type polarity = Bus_polarity | Active_high | Active_low
type trigger = Bus_trigger | Edge | Level
type t = { polarity : polarity; trigger : trigger }

let of_inti_flags flags =
  {
    polarity =
      (match flags land 3 with 1 -> Active_high | 3 -> Active_low | _ -> Bus_polarity);
    trigger = (match (flags lsr 2) land 3 with 1 -> Edge | 3 -> Level | _ -> Bus_trigger);
  }

let of_flags flags =
  {
    polarity = (if Part.bit flags 1 then Active_low else Active_high);
    trigger = (if Part.bit flags 0 then Edge else Level);
  }

let pp ppf t =
  let trigger = match t.trigger with Bus_trigger -> "bus" | Edge -> "edge" | Level -> "level" in
  let polarity =
    match t.polarity with Bus_polarity -> "bus" | Active_high -> "high" | Active_low -> "low"
  in
  Format.fprintf ppf "%s/%s" trigger polarity
