# Here-documents: expanded and quoted, with tabs, several at once, large ones.
name=world
cat <<END
Hello $name, $((6 * 7)), $(echo command).
  A backslash: \\, a dollar: \$name
END
cat <<'END'
Hello $name, $((6 * 7)).
END
cat <<-END
	tabs go
		all of them
END
cat <<A; cat <<B
of a
A
of b
B
read -r one two <<END
first second third
END
echo "$one/$two"
{ cat; echo after; } <<END
in a group
END
big=$(seq 1 20000)
cat <<END | md5sum
$big
END
f() { cat; }
f <<END
to a function
END
