let clean _ = ()
