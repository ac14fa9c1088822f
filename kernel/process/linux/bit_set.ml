let byte bytes i = Bytes.get_uint8 bytes (i / 8)
let mem bytes i = i / 8 < Bytes.length bytes && byte bytes i land (1 lsl (i land 7)) <> 0
let add bytes i = Bytes.set_uint8 bytes (i / 8) (byte bytes i lor (1 lsl (i land 7)))
