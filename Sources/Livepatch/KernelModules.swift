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
            states: [:]),
        LivepatchDescription(
            name: "livepatch_callbacks_demo",
            objects: [
                ObjectDescription(name: Event.vmlinux, callbacks: all),
                ObjectDescription(name: "livepatch_callbacks_mod", callbacks: all),
                ObjectDescription(name: "livepatch_callbacks_busymod", callbacks: all),
            ], replace: .fixed(false), states: [:]),
    ]

    private static let selftests =
        [
            LivepatchDescription(
                name: "test_klp_livepatch", objects: [ObjectDescription(name: Event.vmlinux)], replace: .fixed(false),
                states: [:]),
            LivepatchDescription(
                name: "test_klp_syscall", objects: [ObjectDescription(name: Event.vmlinux)], replace: .fixed(false),
                states: [:]),
            LivepatchDescription(
                name: "test_klp_atomic_replace", objects: [ObjectDescription(name: Event.vmlinux)],
                replace: .parameter(default: false), states: [:]),
            LivepatchDescription(
                name: "test_klp_callbacks_demo",
                objects: [
                    ObjectDescription(name: Event.vmlinux, callbacks: all),
                    ObjectDescription(name: "test_klp_callbacks_mod", callbacks: all),
                    ObjectDescription(name: "test_klp_callbacks_busy", callbacks: all),
                ], replace: .fixed(false), states: [:]),
            LivepatchDescription(
                name: "test_klp_callbacks_demo2", objects: [ObjectDescription(name: Event.vmlinux, callbacks: all)],
                replace: .parameter(default: false), states: [:]),
            LivepatchDescription(
                name: "test_klp_mod_patch", objects: [ObjectDescription(name: "test_klp_mod_target")],
                replace: .fixed(false), states: [:]),
        ]
        + [("test_klp_state", 1), ("test_klp_state2", 2), ("test_klp_state3", 2)].map { name, version in
            LivepatchDescription(
                name: name, objects: [ObjectDescription(name: Event.vmlinux, callbacks: all)], replace: .fixed(true),
                states: [1: version])
        }
}
