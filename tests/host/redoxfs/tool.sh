#!/bin/sh
# tool.sh: what tools/redoxfs does, on images and folders. REDOXFS names the program.
set -u
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C
uuid=00112233-4455-6677-8899-aabbccddeeff

# t NAME COMMAND...: the command succeeds.
t() {
    name=$1
    shift
    if "$@" >out 2>&1; then
        echo "ok tool: $name"
        passed=$((passed + 1))
    else
        echo "not ok tool: $name: $(head -n 3 out | tr '\n' ' ')"
        failed=$((failed + 1))
    fi
}
fails() {
    "$@" >out 2>&1
    [ $? -eq "$status" ] && grep -q "$text" out
}
same() { "$REDOXFS" cat "$1" "$2" | cmp - "$3"; }
listed() { "$REDOXFS" ls "$1" | grep -q -- "$2"; }

# The slot of the newest header: `check` says its generation.
newest() { echo $(($("$REDOXFS" check "$1" | sed -n 's/^generation \([0-9]*\):.*/\1/p') % 256)); }

mkdir -p tree/folder/deep tree/empty
seq 1 200000 >tree/numbers
awk 'BEGIN { srand(1); for (i = 0; i < 300000; i++) printf "%c", 1 + int(rand() * 254) }' \
    >tree/folder/noise
echo text >tree/folder/deep/text
ln -s folder/deep/text tree/link
chmod 750 tree/folder
chmod 600 tree/numbers
for i in $(seq 1 300); do echo "$i" >"tree/folder/deep/a-name-that-is-rather-long-$i"; done
find tree -exec touch -h -d @1600000000 {} +

t 'mkfs' "$REDOXFS" mkfs --uuid $uuid a.img 16M
t 'put a folder' "$REDOXFS" put a.img tree /
t 'check' "$REDOXFS" check a.img
t 'get it back' "$REDOXFS" get a.img / back
t 'the same' diff -r --no-dereference tree back
t 'a link' [ "$(readlink back/link)" = folder/deep/text ]
t 'permissions' [ "$(stat -c %a back/numbers)" = 600 ]
t 'time' [ "$(stat -c %Y back/numbers)" = 1600000000 ]
t 'cat' same a.img folder/noise tree/folder/noise
t 'ls' listed a.img '^d0750 .* folder$'
t 'ls shows where a link leads' listed a.img 'link -> folder/deep/text$'

"$REDOXFS" mkfs --uuid $uuid b.img 16M && "$REDOXFS" put b.img tree /
t 'the same input gives the same bytes' cmp a.img b.img

t 'put a file into a folder' "$REDOXFS" put a.img tree/numbers folder/copy
t 'and again' "$REDOXFS" put a.img tree/folder/noise folder/copy
t 'it is replaced' same a.img folder/copy tree/folder/noise
t 'rm' "$REDOXFS" rm a.img folder/copy
t 'rm of an empty folder' "$REDOXFS" rm a.img empty
t 'check again' "$REDOXFS" check a.img

status=2
text='not empty' && t 'rm of a full folder' fails "$REDOXFS" rm a.img folder
text='no such name' && t 'cat of nothing' fails "$REDOXFS" cat a.img nothing
text='File exists' && t 'mkfs never takes a file that exists' fails "$REDOXFS" mkfs a.img 16M
text='no RedoxFS' && t 'no file system' fails "$REDOXFS" ls tree/numbers
text='is no size' && t 'a bad size' fails "$REDOXFS" mkfs c.img 5X
text='too few' && t 'too small' fails "$REDOXFS" mkfs c.img 1M
text='is full' && "$REDOXFS" mkfs small.img 2M &&
    t 'a full image' fails "$REDOXFS" put small.img tree /
text='redoxfs mkfs' && t 'usage' fails "$REDOXFS" put

snapshot() { command=$1; shift; "$REDOXFS" snapshot "$command" "$@"; }
t 'a snapshot' snapshot create a.img before
"$REDOXFS" rm a.img numbers
t 'it is listed' sh -c "'$REDOXFS' snapshot list a.img | grep -q '2023-11-14T22:13:20Z .* before$'"
t 'its files' sh -c "'$REDOXFS' snapshot ls a.img before | grep -q ' numbers$'"
t 'a file out of it' snapshot get a.img before numbers numbers-before
t 'the same' cmp tree/numbers numbers-before
t 'detach' snapshot detach a.img before /copy
t 'the copy' same a.img copy/numbers tree/numbers
t 'another' snapshot create a.img after
text='newer' && t 'roll back past a newer one' fails "$REDOXFS" snapshot rollback a.img before
t 'roll back' snapshot rollback --newer a.img before
t 'what was removed' same a.img numbers tree/numbers
text='no such name' && t 'the newer one is gone' fails "$REDOXFS" snapshot delete a.img after
t 'delete' snapshot delete a.img before
t 'check after snapshots' "$REDOXFS" check a.img

# A byte of what the file system uses first: the node tree, once.
cp a.img bad.img
root=$(od -An -t u8 -j $((4096 * $(newest bad.img) + 48)) -N 8 bad.img)
for byte in '\377' '\376'; do
    printf "$byte" | dd of=bad.img bs=1 seek=$((root / 256 * 4096 + 5)) conv=notrunc 2>/dev/null
    cmp -s a.img bad.img || break
done
status=1 text='its hash is'
t 'check finds a flipped byte' fails "$REDOXFS" check bad.img

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
