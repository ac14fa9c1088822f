# Making, copying, moving, linking and removing.
mkdir -p a/b/c; echo data >a/b/c/file; cp a/b/c/file copy; cat copy
cp -r a tree; cat tree/b/c/file; mv copy moved; ls
ln moved hard; stat -c %h moved; ln -s moved soft
readlink soft; cat soft; rm moved; cat hard
cat soft 2>/dev/null || echo dangling
ln -s tree link; ls link/b
cd link/b && pwd -P | sed 's|.*/tree|tree|'; cd ../..
cd "$OLDPWD" && cd ../..
chmod 640 hard; stat -c '%a %F %s' hard; chmod u+x,g-r hard
stat -c %A hard
touch -d '2001-02-03 04:05:06' hard
TZ=UTC stat -c %y hard | cut -c1-19; TZ=UTC date -r hard +%Y
rmdir tree/b 2>/dev/null || echo not empty; rm -r tree
ls -d tree 2>/dev/null || echo gone
mkdir d && rmdir d && echo made and removed
mkdir a 2>/dev/null || echo exists
touch one two; mv one two; ls; mv two a; ls a
[ -f hard ] && [ -r hard ] && [ ! -L hard ] && [ -L soft ] && [ -d a ] && [ -s hard ] && echo tests
[ hard -ef ./hard ] && echo the same
truncate -s 10 hard; wc -c <hard; truncate -s 3 hard; cat hard; echo
cp -p hard kept; stat -c '%a' kept; basename /x/y.c .c
dirname /x/y.c; realpath a/../a | sed 's|.*/||'
echo 123 >'odd name'; cat 'odd name'; rm 'odd name'; : >-dash
rm -- -dash; ls
d=$(mktemp -d ./tmp.XXXXXX); [ -d "$d" ] && echo a new folder
rmdir "$d"; cmp kept hard && echo equal; echo x >>kept
cmp -s kept hard || echo differ
du -k a >/dev/null && echo a size
install -m 700 kept installed; stat -c %a installed
mkfifo p; stat -c %F p; [ -p p ] && echo a pipe; rm p
touch ./a/b/../b/new; ls a/b
rm -rf a; ls -A; ls -la /dev/null | cut -c1-10
