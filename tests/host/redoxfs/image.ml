let clean ?(cipher = Files.cipher) bytes =
  let result = Redoxfs_check.run ?cipher (Redoxfs.Device.memory bytes) ~base:0 in
  match result.findings with
  | [] -> ()
  | first :: _ ->
      let text = Format.asprintf "%a" Redoxfs_check.Report.pp first in
      Expect.fail "generation %d, %d findings: %s" result.generation result.count text
