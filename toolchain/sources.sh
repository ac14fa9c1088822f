# shellcheck shell=bash disable=SC2154 # build.sh sets here and cache
# Getting the pinned sources into the cache; sourced by build.sh.
#
# fetch NAME: prints the path of NAME's tarball, downloaded if need be and checked against pins.
# What is in the download directory under its final name is complete. Somebody without a network can
# put the file there by hand.

# pin NAME FIELD: version, file or sum of a source.
pin() {
    awk -v name="$1" -v field="$2" '
        BEGIN { column["version"] = 2; column["file"] = 3; column["sum"] = 4 }
        $1 == name { print $column[field] }' "$here/pins"
}

fetch() {
    local file sum directory=$cache/downloads
    file=$(pin "$1" file)
    sum=$(pin "$1" sum)
    mkdir -p "$directory"
    (
        flock 7
        if [ ! -f "$directory/$file" ]; then
            echo "toolchain: downloading $file" >&2
            rm -rf "$directory/$file.partial"
            mkdir "$directory/$file.partial"
            (cd "$directory/$file.partial" && "download_$1") >"$directory/$file.log" 2>&1 || true
            [ -f "$directory/$file.partial/$file" ] ||
                fail "could not download $file (see $directory/$file.log);" \
                    "it may also be put into $directory by hand"
            mv "$directory/$file.partial/$file" "$directory/$file"
            rm -rf "$directory/$file.partial"
        fi
        check_sum "$directory/$file" "$sum"
    ) 7>"$directory/lock"
    echo "$directory/$file"
}

check_sum() {
    local found
    found=$(sha256sum "$1")
    found=${found%% *}
    if [ "$found" != "$2" ]; then
        rm -f "$1"
        fail "$1 was damaged and is removed: expected sha256 $2, found $found"
    fi
}

download_ocaml() {
    npm pack "ocaml@$(pin ocaml version)"
}

# The tarball of Debian's source package, from the archive that this machine's apt uses, whatever
# suites and types it is set up for. Nothing of the system's apt is changed.
download_musl() {
    local entry
    apt_entries | while read -r entry; do
        rm -rf apt
        mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial
        source_entry "${entry%:*}" "${entry##*:}"
        private_apt update
        # A package's description may be missing where its tarball is not, so only the file counts.
        private_apt source --download-only --only-source musl || true
        [ ! -f "$(pin musl file)" ] || break
    done
}

private_apt() {
    apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$PWD/apt/sources" \
        -o Dir::State::lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt/cache" \
        -o APT::Sandbox::User=root "$@"
}

# Lists where apt's configuration names archives for whole suites with a main component, as FILE:N.
# (N counts stanzas in a .sources file and lines in a .list file; a suite such as NAME-updates or
# NAME-security comes from an archive that may not have the others.)
apt_entries() {
    # shellcheck disable=SC2016 # apt replaces these
    apt-get indextargets --no-release-info --format '$(RELEASE) $(SOURCESENTRY)' \
        'Created-By: Packages' 'Component: main' | awk '$1 !~ /-/ { print $2 }' | uniq
}

# source_entry FILE N: writes that entry to apt/sources, changed to the sources of the musl that we
# want.
source_entry() {
    local suite=trixie
    case $1 in
    *.sources) awk -v wanted="$2" -v suite="$suite" '
        function stanza_ends() {
            if (fields) number++
            if (fields && number == wanted)
                printf "Types: deb-src\nSuites: %s\nComponents: main\n%s", suite, kept
            fields = 0; kept = ""
        }
        /^#/ { next }
        /^[ \t]*$/ { stanza_ends(); next }
        { fields++ }
        /^[^ \t]/ { drop = tolower($1) ~ /^(types|suites|components|architectures|targets):/ }
        !drop { kept = kept $0 "\n" }
        END { stanza_ends() }' "$1" >apt/sources/archive.sources ;;
    *) sed -n -E "$2s/^deb(-src)?[[:space:]]+((\[[^]]*\][[:space:]]+)?[^[:space:]]+).*/deb-src \2 $suite main/p" \
        "$1" >apt/sources/archive.list ;;
    esac
}
