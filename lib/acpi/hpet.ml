type t = {
  number : int;
  register : Generic_address.t;
  vendor : int;
  hardware_revision : int;
  nr_comparators : int;
  has_64_bits : bool;
  replaces_legacy : bool;
  minimum_tick : int;
  page_protection : int;
}

let ( let* ) = Result.bind

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "HPET" in
  let* () = Part.require part 56 in
  let id = Part.u32 part 36 in
  let* register = Generic_address.read part ~field:"BASE_ADDRESS" 40 in
  match register with
  | None -> Part.fail part ~at:44 (Bad_value { field = "BASE_ADDRESS"; value = 0L })
  | Some register ->
      Ok
        {
          number = Part.u8 part 52;
          register;
          vendor = id lsr 16;
          hardware_revision = id land 0xff;
          nr_comparators = ((id lsr 8) land 0x1f) + 1;
          has_64_bits = Part.bit id 13;
          replaces_legacy = Part.bit id 15;
          minimum_tick = Part.u16 part 53;
          page_protection = Part.u8 part 55 land 0xf;
        }

let pp ppf t =
  Format.fprintf ppf "HPET %d at %a, %d comparators of %d bits, at least %d ticks" t.number
    Generic_address.pp t.register t.nr_comparators
    (if t.has_64_bits then 64 else 32)
    t.minimum_tick
