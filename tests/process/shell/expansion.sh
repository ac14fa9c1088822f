# Variables, parameters, arithmetic, fields.
unset u; e=; v=value
echo "${u-default} ${e-default} ${e:-default} ${v:+set} [${u:+set}]"
echo "${u:=assigned} $u ${#v}"
path=/usr/local/lib/file.tar.gz
echo "${path##*/} ${path%/*} ${path%%.*} ${path#*/}"
(echo "${nosuch?is not set}") 2>/dev/null; echo "status $?"
set -- a 'b c' d; echo "$# $1 $2 $*"
for x in "$@"; do echo "<$x>"; done
shift; echo "$#"; IFS=:; set -- $(echo x:y:z); echo "$2"
echo "$*"; unset IFS
echo $((1 + 2 * 3)) $((7 / 2)) $((7 % 3)) $((-7 / 2)) $((1 << 10)) $((0x1f)) $((010))
i=5; echo $((i += 2)) $i $((i > 6 ? 1 : 0)) $((!i)) $((~i))
echo $((9223372036854775807 + 1))
text='  some   spaces  '; echo $text; echo "$text"
echo "$(printf 'a\n\n\n')" | wc -l
echo ~root >/dev/null; x=$(exit 3); echo "status $?"
printf '%s|%5d|%-5s|%05.1f|%x|%c\n' text 42 left 3.14159 255 z
printf '%s\n' one two; printf '%b' 'tab\there\n'
a=1 b=2; c=$a$b; readonly c; echo $c; (c=3) 2>/dev/null
echo "readonly $?"
export EXPORTED=yes; sh -c 'echo "$EXPORTED"'
ONCE=1 sh -c 'echo "$ONCE"'; echo "[${ONCE}]"
env -i A=1 sh -c 'echo "$A"'
echo "${v}s" "$v"'quoted'"$v" $'' 2>/dev/null | head -c 20; echo
