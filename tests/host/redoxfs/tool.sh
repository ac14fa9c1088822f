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
t 'scrub' "$REDOXFS" scrub a.img
status=1 text='its hash is'
t 'check finds a flipped byte' fails "$REDOXFS" check bad.img

status=1 text='the node tree: block [0-9]*: block [0-9]*: the block has the hash'
t 'scrub finds it' fails "$REDOXFS" scrub bad.img

# ---- repair ----

t 'nothing to repair' "$REDOXFS" check --repair a.img
cp bad.img repaired.img
text='nothing was written' && t 'a dry run' fails "$REDOXFS" check --repair --dry-run repaired.img
t 'which writes nothing' cmp bad.img repaired.img
t 'repair' sh -c "'$REDOXFS' check --repair repaired.img; [ \$? -le 1 ]"
t 'check after repair' "$REDOXFS" check repaired.img
t 'once is enough' "$REDOXFS" check --repair repaired.img
t 'what could be read is there' same repaired.img 'lost+found/#3/noise' tree/folder/noise

# ---- passwords ----

# with WORDS COMMAND...: the tool, with these passwords, separated by blanks.
with() {
    # shellcheck disable=SC2086 # they are words
    printf '%s\n' $1 >passwords
    shift
    "$REDOXFS" --password-fd 7 "$@" 7<passwords
}
same_with() { with "$1" cat "$2" "$3" | cmp - "$4"; }
slots() { [ "$(with "$1" password list "$2" | wc -l)" -eq "$3" ]; }
unreadable() { ! grep -q -a 'a-name-that-is-rather-long' "$1"; }

t 'mkfs with a password' with one mkfs --encrypt --uuid $uuid e.img 16M
t 'put into it' with one put e.img tree /
t 'check with the password' with one check e.img
t 'get with it' with one get e.img / back-encrypted
t 'what was put in' diff -r --no-dereference tree back-encrypted
t 'names are encrypted' unreadable e.img
t 'rm with it' with one rm e.img empty
t 'another password' with 'one two' password add e.img
t 'it opens' same_with two e.img numbers tree/numbers
t 'the first one changed' with 'one three' password change e.img
t 'the new one opens' same_with three e.img numbers tree/numbers
t 'two slots' slots three e.img 2
t 'the first one removed' with three password remove e.img
t 'check after that' with two check e.img
t 'a snapshot' with two snapshot create e.img before
t 'rm of what it has' with two rm e.img numbers
t 'the snapshot still has it' with two snapshot get e.img before numbers numbers
t 'as it was' cmp numbers tree/numbers
t 'rolled back' with two snapshot rollback e.img before
t 'check of all that' with two check e.img
status=2
text='password is wrong' && t 'the removed one opens no more' fails with three ls e.img
text='password is wrong' && t 'nor does the changed one' fails with one ls e.img
text='only password' && t 'the last one stays' fails with two password remove e.img
text='no such name' && t 'an empty slot cannot be removed' fails with two password remove e.img 5
text='not encrypted' && t 'nothing to open' fails with '' password add a.img
text='has no line' && t 'too few passwords' fails with two password add e.img
text='no terminal' && t 'no terminal' fails setsid "$REDOXFS" ls e.img
text='no file descriptor' && t 'no descriptor' fails "$REDOXFS" --password-fd 9 ls e.img
text='is empty' && t 'an empty password' fails with '' mkfs --encrypt f.img 16M
t 'and no image then' [ ! -e f.img ]

# At a terminal: each password is typed when the prompt for it is there.
typed() {
    command=$1
    shift
    rm -f keys screen
    mkfifo keys
    : >screen
    script -qefc "$command" screen <keys >/dev/null 2>&1 &
    exec 8>keys
    prompts=0
    for password; do
        prompts=$((prompts + 1)) tries=0
        until [ "$(grep -o 'Password[^:]*: ' screen | wc -l)" -ge $prompts ] ||
            [ $((tries += 1)) -gt 200 ]; do
            sleep 0.05
        done
        echo "$password" >&8
    done
    wait $!
    code=$?
    exec 8>&-
    return $code
}
mismatched() {
    typed "$REDOXFS mkfs --encrypt h.img 2M" four five
    [ $? -eq 2 ] && grep -q 'two different' screen
}
hidden() { ! grep -q "$1" screen; }
t 'typed at a terminal' typed "$REDOXFS cat e.img folder/deep/text" two
t 'what it shows' grep -q '^text' screen
t 'but not the password' hidden two
t 'wrong twice' typed "$REDOXFS cat e.img folder/deep/text" wrong wrong two
t 'none is shown' hidden 'wrong$'
t 'a new one is typed twice' typed "$REDOXFS mkfs --encrypt g.img 2M" four four
t 'it opens with it' with four ls g.img
t 'not the same twice' mismatched

interrupt=$(printf '\003')
t 'interrupted' typed "sh -c 'trap : INT; $REDOXFS ls e.img; stty -a'" "$interrupt"
t 'the terminal shows again what is typed' grep -q '[^-]echo ' screen
t 'asked once' [ "$(grep -c Password screen)" = 1 ]

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
