(* A virtio disk that lies at random. *)

let () =
  Lying_disk.fuzz "virtio disk that lies" (fun _ -> Virtio_disk.create) Random_lies.tell;
  Check.finish ()
