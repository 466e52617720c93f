extension Manifest {
    /// The kernel's own sample and selftest livepatches, as far as all released kernels agree on them
    /// (samples/livepatch, lib/livepatch until 6.8, tools/testing/selftests/livepatch/test_modules since).
    public static let kernelModules = Manifest(
        livepatches: samples + selftests,
        modules: [
            ModuleDescription(
                name: "livepatch_callbacks_mod", initLine: "livepatch_callbacks_mod_init",
                exitLine: "livepatch_callbacks_mod_exit"),
            ModuleDescription(
                name: "livepatch_callbacks_busymod", initLine: "livepatch_callbacks_mod_init",
                exitLine: "livepatch_callbacks_mod_exit"),
            ModuleDescription(
                name: "test_klp_callbacks_mod", initLine: "test_klp_callbacks_mod_init",
                exitLine: "test_klp_callbacks_mod_exit"),
            ModuleDescription(
                name: "test_klp_callbacks_busy", initLine: "test_klp_callbacks_busy_init",
                exitLine: "test_klp_callbacks_busy_exit"),
            ModuleDescription(
                name: "test_klp_mod_target", initLine: "test_klp_mod_target_init", exitLine: "test_klp_mod_target_exit"),
        ])

    private static let all = Set(CallbackKind.allCases)

    private static let samples = [
        LivepatchDescription(
            name: "livepatch_sample", objects: [ObjectDescription(name: Event.vmlinux)], replace: .fixed(false),
            states: []),
        LivepatchDescription(
            name: "livepatch_callbacks_demo",
            objects: [
                ObjectDescription(name: Event.vmlinux, callbacks: all),
                ObjectDescription(name: "livepatch_callbacks_mod", callbacks: all),
                ObjectDescription(name: "livepatch_callbacks_busymod", callbacks: all),
            ], replace: .fixed(false), states: []),
    ]

    private static let selftests =
        [
            LivepatchDescription(
                name: "test_klp_livepatch", objects: [ObjectDescription(name: Event.vmlinux)], replace: .fixed(false),
                states: []),
            LivepatchDescription(
                name: "test_klp_syscall", objects: [ObjectDescription(name: Event.vmlinux)], replace: .fixed(false),
                states: []),
            LivepatchDescription(
                name: "test_klp_atomic_replace", objects: [ObjectDescription(name: Event.vmlinux)],
                replace: .parameter(default: false), states: []),
            LivepatchDescription(
                name: "test_klp_callbacks_demo",
                objects: [
                    ObjectDescription(name: Event.vmlinux, callbacks: all),
                    ObjectDescription(name: "test_klp_callbacks_mod", callbacks: all),
                    ObjectDescription(name: "test_klp_callbacks_busy", callbacks: all),
                ], replace: .fixed(false), states: []),
            LivepatchDescription(
                name: "test_klp_callbacks_demo2", objects: [ObjectDescription(name: Event.vmlinux, callbacks: all)],
                replace: .parameter(default: false), states: []),
            LivepatchDescription(
                name: "test_klp_mod_patch", objects: [ObjectDescription(name: "test_klp_mod_target")],
                replace: .fixed(false), states: []),
        ]
        + ["test_klp_state", "test_klp_state2", "test_klp_state3"].map { name in
            LivepatchDescription(
                name: name, objects: [ObjectDescription(name: Event.vmlinux, callbacks: all)], replace: .fixed(true),
                states: [
                    StateDescription(
                        id: 1, version: name == "test_klp_state" ? 1 : 2,
                        prints: name == "test_klp_state" ? firstLogLevel : laterLogLevel)
                ])
        }

    /// test_klp_state.c changes console_loglevel and does not know of takeovers.
    static let firstLogLevel = laterLogLevel.mapValues { StateOutput($0.first ?? "") }

    /// test_klp_state2.c, which test_klp_state3 includes.
    private static let laterLogLevel: [CallbackKind: StateOutput] = [
        .prePatch: StateOutput(
            first: "allocate_loglevel_state: allocating space to store console_loglevel",
            takenOver: "allocate_loglevel_state: space to store console_loglevel already allocated"),
        .postPatch: StateOutput(
            first: "fix_console_loglevel: fixing console_loglevel",
            takenOver: "fix_console_loglevel: taking over the console_loglevel change"),
        .preUnpatch: StateOutput(
            first: "restore_console_loglevel: restoring console_loglevel",
            takenOver: "restore_console_loglevel: passing the console_loglevel change back to the old livepatch"),
        .postUnpatch: StateOutput(
            first: "free_loglevel_state: freeing space for the stored console_loglevel",
            takenOver: "free_loglevel_state: keeping space to store console_loglevel"),
    ]
}
