# What is booted, and what is expected of it. Sourced by run.sh.

passed=0
failed=0
MODULES="mod-1-1.bin mod-2-4096.bin mod-3-4097.bin mod-4-3000000.bin mod-5-5000.bin"

make_modules() {
    local name seed size
    for name in $MODULES; do
        IFS=-. read -r _ seed size _ <<<"$name"
        "$DIR/pattern" "$seed" "$size" >"$RUN/files/$name"
    done
}

wanted() {
    [[ -z "${ONLY:-}" || "$1" == *"$ONLY"* ]]
}

result() { # NAME GOOD DETAIL
    if [ "$2" = yes ]; then
        passed=$((passed + 1))
        echo "ok $1 ($3)"
    else
        failed=$((failed + 1))
        echo "FAIL $1: $3 (see $RUN/logs/$1.log)"
    fi
}

# judge NAME STATUS: the test kernel says itself how many of its checks passed.
judge() {
    local log="$RUN/logs/$1.log" summary
    summary=$(tr -d '\r' <"$log" | sed -n 's/^test kernel: //p')
    if [ "$2" = "$GOOD" ] && [[ "$summary" == *" 0 failed" ]]; then
        result "$1" yes "${summary%%,*}"
    else
        summary=$(tr -d '\r' <"$log" | grep -a -m 3 -E '^FAIL|boot: ' | tr '\n' ';')
        result "$1" no "status $2; $summary"
    fi
}

# judge_error NAME STATUS TEXT: the loader names what is wrong and ends the machine.
judge_error() {
    if [ "$2" = "$BAD" ] && tr -d '\r' <"$RUN/logs/$1.log" | grep -a -q -F "boot: $3"; then
        result "$1" yes "$3"
    else
        result "$1" no "status $2, expected \"boot: $3\""
    fi
}

# ---- direct ----------------------------------------------------------------------------------

archive() { # FILE KERNEL
    local stage="$RUN/files/stage"
    rm -rf "$stage" && mkdir -p "$stage"
    cp "$2" "$stage/kernel.elf"
    (cd "$stage" && for m in $MODULES; do ln "../$m" "$m"; done &&
        tar --format=ustar -cf "../$1" kernel.elf $MODULES)
}

# direct NAME VARIANT CORES MIB WORDS ARGUMENT...
direct() {
    local name="direct-$1" variant=$2 cores=$3 mib=$4 words=$5
    shift 5
    wanted "$name" || return 0
    local kernel="$DIR/$variant.elf" modules=5
    archive initrd.tar "$kernel"
    case $variant in internal | pie | piehigh) modules=6 ;; *) words="first=1 $words" ;; esac
    qemu_direct "$RUN/files/initrd.tar" \
        "hello=world $words cores=$cores mem=$mib modules=$modules \
size=$(stat -c %s "$kernel") now=$(date +%s) efi=no fb=no" \
        -smp "$cores" -m "$mib" "$@" >"$RUN/logs/$name.log"
    judge "$name" $?
}

list_direct() {
    local words machine
    case $ARCH in
    x86_64) words="rsdp=yes dtb=no firmware=0" ;;
    aarch64) words="rsdp=no smbios=no dtb=yes el2=no" ;;
    riscv64) words="rsdp=no smbios=no dtb=yes firmware=3" ;;
    esac
    machine="-M $MACHINE -cpu $CPU"
    # shellcheck disable=SC2086
    {
        direct plain kernel 1 512 "$words" $machine
        direct 4-cores kernel 4 512 "$words" $machine
        direct 8-cores kernel 8 512 "$words" $machine
        direct small kernel 1 128 "$words" $machine
        direct large kernel 4 8192 "$words" $machine
        for variant in rev0 rev1 rev2 rev9 entry internal pie piehigh; do
            direct $variant $variant 2 512 "$words" $machine
        done
        "list_direct_$ARCH" "$words"
    }
    direct_bare
}

list_direct_x86_64() {
    direct q35 kernel 2 512 "$1 smbios=yes" -M q35 -cpu max
    direct pc kernel 2 512 "$1 smbios=yes" -M pc -cpu max
    direct microvm kernel 4 512 "$1" -M microvm,rtc=on -cpu max
    direct microvm-pcie kernel 2 512 "$1" -M microvm,rtc=on,pcie=on -cpu max
    direct poor-cpu kernel 2 512 "$1" -M q35 -cpu qemu64
    direct 5-levels mode1 2 512 "$1 mode=1" -M q35 -cpu max
    direct 5-levels-missing mode1 2 512 "$1 mode=0" -M q35 -cpu qemu64
    direct 4-levels mode0 2 512 "$1 mode=0" -M q35 -cpu max
    direct x2apic x2apic 3 512 "$1" -M q35 -cpu max
}

list_direct_aarch64() {
    direct gicv3 kernel 4 512 "$1" -M virt,gic-version=3 -cpu max
    direct cortex-a72 kernel 2 512 "$1" -M virt -cpu cortex-a72
    direct secure kernel 2 512 "$1" -M virt,secure=on -cpu max
    direct el2 kernel 4 512 "${1/el2=no/el2=yes}" -M virt,virtualization=on -cpu max
    direct el2-a72-gicv3 kernel 4 512 "${1/el2=no/el2=yes}" \
        -M virt,virtualization=on,gic-version=3 -cpu cortex-a72
    # QEMU 7.2's own firmware leaves SVE trapped on other cores of `max` here, so another model.
    direct el2-secure kernel 2 512 "${1/el2=no/el2=yes}" \
        -M virt,virtualization=on,secure=on -cpu cortex-a72
    direct 4-levels mode0 2 512 "$1 mode=0" -M virt -cpu max
    direct 5-levels-missing mode1 2 512 "$1 mode=0" -M virt -cpu max
    "$DIR/raspi" >"$RUN/files/raspi.dtb"
    direct spin-table kernel 4 960 "rsdp=no dtb=yes el2=yes now=0 uart=$((0x3f201000))" \
        -M raspi3b -m 1024 -dtb "$RUN/files/raspi.dtb"
}

list_direct_riscv64() {
    direct sv39 mode0 2 512 "$1 mode=0" -M virt -cpu rv64
    direct sv48 mode1 2 512 "$1 mode=1" -M virt -cpu rv64
    direct sv57 mode2 2 512 "$1 mode=2" -M virt -cpu rv64
    direct imsic kernel 4 512 "$1" -M virt,aia=aplic-imsic -cpu rv64
    direct aclint kernel 2 512 "$1" -M virt,aclint=on -cpu rv64
}

# The kernel alone as initrd.
direct_bare() {
    local name=direct-bare-elf
    wanted $name || return 0
    qemu_direct "$DIR/kernel.elf" "hello=world cores=1 mem=256" -M $MACHINE -cpu $CPU -m 256 \
        >"$RUN/logs/$name.log"
    judge $name $?
}

# ---- direct: damage --------------------------------------------------------------------------

# patch FILE OFFSET BYTES (in hex)
patch() {
    printf "$(sed 's/../\\x&/g' <<<"$3")" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none
}

# damaged NAME TEXT VARIANT [OFFSET BYTES]...: a kernel with these bytes in place of its own
damaged() {
    local name="direct-error-$1" text=$2 file="$RUN/files/damaged.elf" variant=$3
    shift 3
    wanted "$name" || return 0
    cp "$DIR/$variant.elf" "$file"
    while [ $# -gt 0 ]; do
        patch "$file" "$1" "$2"
        shift 2
    done
    archive initrd.tar "$file"
    qemu_direct "$RUN/files/initrd.tar" "" -M $MACHINE -cpu $CPU -m 256 >"$RUN/logs/$name.log"
    judge_error "$name" $? "$text"
}

# refused NAME TEXT [INITRD]
refused() {
    local name="direct-error-$1"
    wanted "$name" || return 0
    qemu_direct "${3:-}" "" -M $MACHINE -cpu $CPU -m 256 >"$RUN/logs/$name.log"
    judge_error "$name" $? "$2"
}

# Offsets in the ELF header, and in the first and second program headers at 64 and 120.
list_direct_errors() {
    local elf=/kernel.elf: files="$RUN/files"
    damaged magic "$elf not an ELF file" kernel 0 00
    damaged class "$elf not a 64-bit little-endian" kernel 4 01
    damaged machine "$elf made for ELF machine 40" kernel 18 2800
    damaged type "$elf ELF type 1 is not" kernel 16 01
    damaged table "$elf its 4 program headers at 0x7fff0000 reach past" kernel 32 0000ff7f
    damaged entry "$elf its entry point 0x1234 is not" kernel 24 3412000000000000
    damaged past-end "$elf segment 0 (0x" kernel $((64 + 32)) 000000000f
    damaged offset "$elf segment 0: address" kernel $((64 + 8)) 01
    damaged sizes "$elf segment 0 has 0x" kernel $((64 + 40)) 01000000
    damaged low "$elf segment 0 is at 0x1000, below" kernel $((64 + 16)) 0010000000000000
    damaged wraps "$elf segment 0 (0x" kernel $((64 + 16)) 00f0ffffffffffff
    damaged alignment "$elf segment 1: alignment 0x1003 is not" kernel $((120 + 48)) 03
    damaged overlap "$elf segment 1 at 0xffffffff80000000 overlaps" kernel \
        $((120 + 16)) 00000080ffffffff
    damaged relocation "$elf relocation of type 6" pie "$(rela_offset)" 06000000
    damaged twice "$elf has the request" twice
    damaged needy "$elf needs the module no-such-file" needy
    refused no-initrd "no initrd"
    head -c 3000 "$DIR/kernel.elf" >"$files/short.elf"
    refused truncated "$elf segment 0 (0x" "$files/short.elf"
    head -c 20 "$DIR/kernel.elf" >"$files/short.elf"
    refused stump "$elf 20 bytes are too few" "$files/short.elf"
    (cd "$files" && tar --format=ustar -cf empty.tar $MODULES)
    refused no-kernel "initrd: the archive holds no kernel.elf" "$files/empty.tar"
    archive broken.tar "$DIR/kernel.elf"
    patch "$files/broken.tar" 20 55
    refused archive "initrd: archive: the header at 0x0 is damaged" "$files/broken.tar"
    archive broken.tar "$DIR/kernel.elf"
    head -c 20000 "$files/broken.tar" >"$files/cut.tar"
    refused cut-archive "initrd: archive: the file at 0x0 reaches past" "$files/cut.tar"
}

# Where the first relocation's type is in the position-independent kernel.
rela_offset() {
    readelf -SW "$DIR/pie.elf" | awk '$2 == ".rela" || $3 == ".rela" {
        for (i = 1; i <= NF; i++) if ($i == "RELA") print "0x" $(i + 2) "+8" }'
}

# ---- uefi ------------------------------------------------------------------------------------

# An ESP with the loader, the kernel, modules and a configuration from standard input.
esp() { # KERNEL
    local esp="$RUN/files/esp"
    rm -rf "$esp" && mkdir -p "$esp/EFI/BOOT" "$esp/boot"
    local loader=$BOOT_EFI
    [ -n "${LIMINE:-}" ] && loader="$LIMINE/$EFI_NAME"
    cp "$loader" "$esp/EFI/BOOT/$EFI_NAME"
    cp "$1" "$esp/boot/kernel.elf"
    (cd "$esp/boot" && for m in $MODULES; do ln "../../$m" "$m"; done)
    cat >"$esp/limine.conf"
}

configuration() { # CMDLINE LOCAL_OPTIONS
    printf 'timeout: 0\nquiet: yes\nserial: yes\n# comment\n${DIR}=boot():/boot\n\n/test kernel\n'
    printf '    protocol: limine\n    kernel_path: ${DIR}/kernel.elf\n    cmdline: %s\n' "$1"
    for m in $MODULES; do
        printf '    module_path: ${DIR}/%s\n    module_cmdline: string of %s\n' "$m" "$m"
    done
    printf '%b' "${2:-}"
}

# uefi NAME VARIANT CORES MIB WORDS OPTIONS ARGUMENT...
uefi() {
    local name="uefi-$1" variant=$2 cores=$3 mib=$4 words=$5 options=$6
    shift 6
    wanted "$name" || return 0
    local kernel="$DIR/$variant.elf" modules=5
    case $variant in internal | pie | piehigh) modules=6 ;; *) words="first=1 $words" ;; esac
    configuration "hello=world cores=$cores mem=$mib modules=$modules efi=yes firmware=2 \
size=$(stat -c %s "$kernel") $words" "$options" | esp "$kernel"
    qemu_uefi "$RUN/files/esp" -smp "$cores" -m "$mib" "$@" >"$RUN/logs/$name.log"
    judge "$name" $?
}

list_uefi() {
    local now="now=$(date +%s)"
    "list_uefi_$ARCH" "$now"
    menu
}

# The second entry is the default; it is booted when the time is up. The first can't be.
menu() {
    local name=uefi-menu kernel="$DIR/kernel.elf"
    wanted $name || return 0
    esp "$kernel" <<END
timeout: 1
default_entry: 2
/A directory
//first
    protocol: limine
    kernel_path: boot():/none
//second
    comment: the right one
    protocol: limine
    path: boot():/boot/kernel.elf
    kernel_cmdline: hello=world cores=2 mem=512
END
    qemu_uefi "$RUN/files/esp" -M $MACHINE -cpu $CPU -smp 2 -m 512 >"$RUN/logs/$name.log"
    judge $name $?
}

list_uefi_x86_64() {
    local words="rsdp=yes smbios=yes dtb=no fb=yes"
    uefi plain kernel 1 512 "$words $1" "" -M q35 -cpu max
    uefi 4-cores kernel 4 512 "$words" "" -M q35 -cpu max
    uefi pc-8-gib pie 2 8192 "$words" "" -M pc -cpu max
    uefi 5-levels mode1 2 512 "$words mode=1" "" -M q35 -cpu max
    uefi 5-levels-limited mode1 2 512 "$words mode=0" "    max_paging_mode: 4level\n" \
        -M q35 -cpu max
    uefi resolution rev2 2 512 "$words width=1024" "    resolution: 1024x768\n" -M q35 -cpu qemu64
}

list_uefi_aarch64() {
    local words="rsdp=yes smbios=yes dtb=no el2=no"
    uefi plain kernel 1 512 "$words $1" "" -M virt -cpu max
    uefi 4-cores kernel 4 512 "$words" "" -M virt -cpu cortex-a72
    uefi gicv3-8-gib pie 4 8192 "$words" "" -M virt,gic-version=3 -cpu max
    uefi el2 kernel 4 512 "${words/el2=no/el2=yes}" "" -M virt,virtualization=on -cpu max
    uefi el2-dtb kernel 4 512 "rsdp=no dtb=yes el2=yes" "" \
        -M virt,virtualization=on,gic-version=3,acpi=off -cpu cortex-a72
    uefi dtb kernel 2 512 "rsdp=no dtb=yes" "" -M virt,acpi=off -cpu max
    uefi ramfb rev2 2 512 "$words fb=yes" "" -M virt -cpu max -device ramfb
}

# U-Boot has no clock here: the loader reads the machine's.
list_uefi_riscv64() {
    local words="rsdp=no dtb=yes fb=no"
    uefi plain kernel 1 512 "$words $1" "" -M virt -cpu rv64
    uefi 4-cores pie 4 512 "$words" "" -M virt -cpu rv64
    uefi 8-gib kernel 2 8192 "$words" "" -M virt -cpu rv64
    uefi sv39 mode2 2 512 "$words mode=0" "    paging_mode: sv39\n" -M virt -cpu rv64
    uefi rev0 rev0 2 512 "$words" "" -M virt -cpu rv64
}

# Limine 8.2 knows base revisions 0 to 2 and boots a kernel that asks for 3 as one that asks for 2.
# On riscv64 it takes U-Boot's word that the memory below U-Boot, OpenSBI's, is usable.
list_limine() {
    local words=
    [ "$ARCH" = riscv64 ] && words="spare=2147483648"
    uefi limine-plain kernel 1 512 "$words" "" -M $MACHINE -cpu $CPU
    uefi limine-4-cores kernel 4 512 "$words" "" -M $MACHINE -cpu $CPU
    uefi limine-rev2 rev2 2 1024 "$words" "" -M $MACHINE -cpu $CPU
}

# ---- uefi: damage ----------------------------------------------------------------------------

# misconfigured NAME TEXT: the configuration comes from standard input.
misconfigured() {
    local name="uefi-error-$1"
    if ! wanted "$name"; then
        cat >/dev/null
        return 0
    fi
    esp "$DIR/kernel.elf"
    [ "$1" = missing ] && rm "$RUN/files/esp/limine.conf"
    qemu_uefi "$RUN/files/esp" -M $MACHINE -cpu $CPU -m 256 >"$RUN/logs/$name.log"
    judge_error "$name" $? "$2"
}

list_uefi_errors() {
    misconfigured missing "limine.conf: not found" </dev/null
    misconfigured line \
        "limine.conf:21: neither an option (name: value) nor an entry (/title): nonsense" \
        < <(configuration "" 'nonsense\n')
    misconfigured option "limine.conf:21: kernel_pth: no such option" \
        < <(configuration "" 'kernel_pth: boot():/boot/kernel.elf\n')
    misconfigured module "limine.conf:21: boot():/boot/none: no such file" \
        < <(configuration "" '  module_path: boot():/boot/none\n')
    misconfigured kernel "limine.conf:4: boot():/boot/limine.conf: no such file" \
        < <(printf 'timeout: 0\n/a\nprotocol: limine\nkernel_path: boot():/boot/limine.conf\n')
    misconfigured elf "/boot/mod-5-5000.bin: not an ELF file" \
        < <(printf 'timeout: 0\n/a\nprotocol: limine\nkernel_path: boot():/boot/mod-5-5000.bin\n')
}
