# tar, gzip and the like, cpio.
mkdir -p src/sub; seq 1 500 >src/numbers
echo text >src/sub/text; ln -s numbers src/link; : >src/empty
chmod 750 src/sub
tar cf a.tar src; tar tf a.tar | sort; mkdir out
tar xf a.tar -C out
cmp src/numbers out/src/numbers && readlink out/src/link
stat -c %a out/src/sub
tar czf a.tgz src; tar tzf a.tgz | wc -l; mkdir out2
tar xzf a.tgz -C out2 src/sub/text; cat out2/src/sub/text
ls out2/src
tar cf - src | tar xOf - src/numbers | md5sum
tar cf b.tar src/sub; tar tf b.tar | sort
gzip -c src/numbers >n.gz
gunzip -c n.gz | cmp - src/numbers && echo same
zcat n.gz | tail -n 1
[ "$(wc -c <n.gz)" -lt "$(wc -c <src/numbers)" ] && echo smaller
cp src/numbers m; gzip m; ls m*; gunzip m.gz
cmp m src/numbers && echo back
bzip2 -c src/numbers | bunzip2 | md5sum
find src | sort | cpio -o -H newc 2>/dev/null >a.cpio
mkdir out3; (cd out3 && cpio -id 2>/dev/null <../a.cpio)
cmp src/numbers out3/src/numbers && echo cpio
echo damaged >bad.gz; gunzip -c bad.gz >/dev/null 2>&1
echo "status $?"; tar xf nosuch.tar 2>/dev/null
echo "status $?"
dd if=/dev/zero bs=1024 count=300 2>/dev/null | gzip | gunzip | wc -c
xz -dc n.gz >/dev/null 2>&1 || echo not xz
head -c 20 a.cpio | cut -c1-6
