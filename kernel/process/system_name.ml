let system = "Linux"
let release = "6.1.0-bactrian"
let version = "#1 SMP Bactrian"
let host = ref "bactrian"
