extension Catalogue {
    /// The module loader (kernel/module, kernel/module.c before 5.19).
    static let moduleLoader: [Message] = [
        Message(
            .livepatchTaint, .notice, .all, "{module}: tainting kernel with TAINT_LIVEPATCH",
            in: "check_modinfo_livepatch since 4.9"),
        Message(.moduleTaint, .warning, .all, "{module}: loading out-of-tree module taints kernel."),
        Message(.moduleTaint, .warning, .all, "{module}: loading test module taints kernel."),
        Message(
            .moduleTaint, .notice, .all,
            "{module}: module verification failed: signature and/or required key missing - tainting kernel"),
        Message(
            .livepatchUnsupported, .error, .all,
            "{module}: module is marked as livepatch module, but livepatch support is disabled",
            in: "check_modinfo_livepatch, CONFIG_LIVEPATCH=n"),
        Message(.moduleRejected, .notice, .all, "Loading of {module} is rejected"),
    ]

    /// The kernel's sample and selftest modules, and livepatches that follow their example.
    static let testModules: [Message] = [
        Message(
            .callback, .info, .since(.linux415), "{patch}: {callback}_callback: {object}",
            in: "samples and selftests since 4.15"),
        Message(
            .callback, .info, .since(.linux415),
            "{patch}: {callback}_callback: {object} -> [{moduleState}] {moduleStateRemark}",
            in: "samples and selftests since 4.15"),
        .foreign(.stateCallback, .info, "{patch}: {name}: state {text}", in: "proposals of 2023 and 2025"),
        .foreign(.callback, .info, "{patch}: {callback}: {object}"),
        .foreign(.callback, .info, "{patch}: {callback}: {object} -> [{moduleState}] {moduleStateRemark}"),
        .foreign(.callback, .info, "{patch}: extra {dashedCallback} callback for object: {object}", in: "kpatch"),
        .foreign(.nothingToPatch, .error, "{patch}: nothing to patch!", in: "klp-build"),
        Message(.stateOutput, .info, .since(.linux55), "{patch}: {stateText}", in: "test_klp_state"),
        .foreign(.shadowOutput, .info, "{patch}: klp_shadow_{text}", in: "other forms"),
        .foreign(.shadowOutput, .info, "{patch}: shadow_{text}", in: "other forms"),
        Message(
            .moduleOutput, .info, .all, "{module}: {outputText}", in: "test_klp_callbacks_busy, test_klp_livepatch"),
        Message(.moduleInit, .info, .all, "{module}: {name}_init", in: "test_klp_callbacks_mod and others"),
        Message(.moduleExit, .info, .all, "{module}: {name}_exit", in: "test_klp_callbacks_mod and others"),
    ]
}
