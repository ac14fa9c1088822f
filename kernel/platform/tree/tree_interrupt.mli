(** Interrupts of a device tree as the machine numbers them ({!Hal.Interrupt}).

    Sources: Linux bindings interrupt-controller/arm,gic.yaml, arm,gic-v3.yaml,
    sifive,plic-1.0.0.yaml, riscv,aplic.yaml. *)

val number : Fdt.Interrupt.t -> (int * Hal.Interrupt.trigger, string) result
(** The error names the controller that we do not know, or what is wrong with the specifier. *)
