# Bytes: dd, od, head, tail, cmp, sums, seeking and holes.
seq 1 2000 >f
dd if=f bs=100 count=2 2>/dev/null | wc -c
dd if=f bs=1 skip=10 count=5 2>/dev/null | od -c | head -n 1
dd if=f of=g bs=512 2>/dev/null; cmp f g && echo same
printf XYZ | dd of=g bs=1 seek=4 conv=notrunc 2>/dev/null
head -c 10 g | od -An -c
dd if=/dev/zero of=hole bs=1 count=1 seek=99999 2>/dev/null
wc -c <hole; md5sum <hole
dd if=hole bs=50000 skip=1 2>/dev/null | wc -c
echo abc | dd conv=ucase 2>/dev/null; head -c 5 f; echo
tail -c 5 f; tail -n 2 f; head -n 2 f; tail -c +8890 f; echo
od -An -tx1 -N 8 f; hexdump -C f | head -n 2
xxd f | head -n 1; printf '\001\377' | od -An -tu1
strings -n 3 f | head -n 1
md5sum f; sha1sum f; sha256sum f; sha512sum f | cut -c1-32
echo "$(sha256sum <f | cut -c1-8)"; sha256sum f >sums
sha256sum -c sums
cmp f g; echo "status $?"; base64 <<END
some text
END
echo c29tZSB0ZXh0Cg== | base64 -d; diff f g; echo "status $?"
diff -u f f; echo "status $?"; cp f h; echo x >>h; diff f h
tee copy <f | tail -n 1; cmp copy f && echo copied
dd if=/dev/zero of=big bs=65536 count=64 2>/dev/null; wc -c <big
md5sum <big
[ "$(head -c 100 /dev/urandom | wc -c)" = 100 ] && echo random
[ "$(head -c 16 /dev/urandom | md5sum)" != "$(head -c 16 /dev/urandom | md5sum)" ] && echo different
echo full >/dev/full 2>/dev/null; echo "status $?"
