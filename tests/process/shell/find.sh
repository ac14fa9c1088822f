# find and xargs.
mkdir -p t/a t/b/c t/.d; echo 1 >t/one.txt
echo 22 >t/a/two.txt; echo 333 >t/b/c/three.c; : >t/b/empty
ln -s one.txt t/l
find t | sort
find t -type f -name '*.txt' | sort
find t -type d | sort
find t -type l; find t -size 0 -type f; find t -empty -type f
find t -maxdepth 1 | sort; find t -mindepth 2 -type f | sort
find t -name c -prune -o -type f -print | sort
find t \( -name '*.c' -o -name 'e*' \) -print | sort
find t ! -name '*.txt' -type f | sort
find t -type f -exec cat {} + | sort
find t -name '*.txt' -exec echo found {} \; | sort
find t -newer t/one.txt -name nosuch; find t -path '*/b/*' | sort
find t -type f | sort | xargs wc -c | tail -n 1 | tr -s ' '
printf 'a b\0c\0' | xargs -0 -n 1 echo item
seq 7 | xargs -n 3; echo 1 2 3 | xargs -I{} echo 'got {}'
seq 1 3000 | xargs echo | wc -w
find t -name empty -exec rm {} \;; find t -type f | wc -l
