let failed format = Format.kasprintf (fun what -> Check.that what false) format

let ok = function
  | Ok value -> value
  | Error error ->
      failed "%a" Acpi.Error.pp error;
      assert false

let table bytes = ok (Acpi.Table.of_bytes ~address:0x10000 bytes)

let wrong table ~at problem = function
  | Ok _ -> failed "%s: no error" table
  | Error (error : Acpi.Error.t) ->
      if (error.table, error.offset, error.problem) <> (table, at, problem) then
        failed "another error: %a" Acpi.Error.pp error

let equal what expected found = Check.that what (expected = found)
