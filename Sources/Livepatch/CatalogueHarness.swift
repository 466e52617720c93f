extension Catalogue {
    /// Lines that a test harness or an operator wrote into the log, and the errors of their tools.
    /// They explain what was done; they never prove a fault of the kernel.
    static let harness: [Message] = [
        .foreign(.testHeader, .info, "===== TEST: {text} =====", in: "functions.sh since 5.8"),
        .foreign(.command, .info, "% {text}", in: "functions.sh"),
        .foreign(.loadError, .info, "insmod: ERROR: could not insert module {name}: {text}", in: "kmod"),
        .foreign(.loadError, .info, "modprobe: ERROR: could not insert '{module}': {text}", in: "kmod"),
        .foreign(.unloadError, .info, "rmmod: ERROR: Module {module} {text}", in: "kmod"),
        .foreign(.harnessNote, .info, "livepatch kselftest timestamp: {text}", in: "functions.sh since 6.5"),
        .foreign(.harnessNote, .info, "livepatch: kernel.ftrace_enabled = {number}", in: "functions.sh"),
        .foreign(.harnessNote, .info, "livepatch: sysctl: {text}", in: "functions.sh"),
        .foreign(.harnessNote, .info, "livepatch: ok", in: "test-ftrace.sh, 7.2"),
        .foreign(.harnessNote, .info, "livepatch: ./functions.sh: {text}", in: "a shell's error"),
        .foreign(.harnessNote, .info, "SKIP: {text}", in: "functions.sh"),
        .foreign(.harnessNote, .info, "ERROR: {text}", in: "functions.sh"),
    ]

    /// Other livepatch implementations and vendors' additions. Recognised, named, and never judged.
    static let vendors: [Message] = [
        .foreign(.vendorNote, .warning, "livepatch: attempt to disable live patch {patch}, {text}", in: "SUSE"),
        .foreign(.vendorNote, .error, "livepatch: module '{module}' not loaded", in: "openEuler"),
        .foreign(.nothingToPatch, .error, "livepatch: nothing to patch!", in: "klp-build, a draft"),
        .foreign(.kGraft, .info, "kgr: {text}", in: "kGraft, SLE 12"),
        .foreign(.kpatchCommand, .info, "loading patch module: {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "waiting (up to {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "transition complete ({text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "patch transition has stalled!", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "signaling stalled process(es):", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "disabling patch module: {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "unloading patch module: {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "module {module} did not complete its transition, {text}", in: "kpatch"),
        .foreign(.kpatchCommand, .info, "kpatch: failed to load module {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "kpatch: Livepatch process signaling {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "kpatch: Skipping manual process signaling.", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "kpatch: error: {text}", in: "kpatch command"),
        .foreign(.kpatchCommand, .info, "kpatch: can't disable {text}", in: "kpatch command"),
        .foreign(.kpatchCore, .info, "kpatch: {text}", in: "kpatch.ko"),
    ]

    /// Signs that the kernel is in trouble.
    static let trouble: [Message] = [
        .foreign(.panic, .emergency, "Kernel panic - not syncing: {text}", in: "panic"),
        .foreign(.oops, .emergency, "BUG: unable to handle {text}"),
        .foreign(.oops, .emergency, "BUG: kernel NULL pointer dereference{text}"),
        .foreign(.oops, .emergency, "Unable to handle kernel {text}"),
        .foreign(.oops, .emergency, "Oops: {text}"),
        .foreign(.oops, .emergency, "general protection fault{text}"),
        .foreign(.oops, .emergency, "kernel BUG at {text}"),
        .foreign(.oops, .emergency, "CFI failure at {text}"),
        .foreign(.lockup, .emergency, "watchdog: BUG: soft lockup - {text}"),
        .foreign(.lockup, .emergency, "NMI watchdog: Watchdog detected hard LOCKUP {text}"),
        .foreign(.lockup, .emergency, "watchdog: Watchdog detected hard LOCKUP {text}"),
        .foreign(.lockup, .emergency, "NMI watchdog: BUG: soft lockup - {text}"),
        .foreign(.stall, .error, "rcu: INFO: {text}"),
        .foreign(.stall, .error, "INFO: rcu_{text}"),
        .foreign(.stall, .error, "INFO: task {text}"),
    ]
}
