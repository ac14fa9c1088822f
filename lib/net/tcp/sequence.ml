let[@inline] wire n = n land 0xffff_ffff

(* The difference's lowest 32 bits, with their sign. *)
let[@inline] near base wire = base + (((wire - base) lsl 31) asr 31)
