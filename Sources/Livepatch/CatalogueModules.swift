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

    /// Callbacks of states. The test modules of states-2025 put a word before the callback's name, those of states-2023 into it.
    static let stateCallbacks: [Message] = [
        Message(
            .stateCallback, .info, .only(.states2025), "{patch}: {callback}_callback: state {number}",
            in: "test_klp_state"),
        Message(
            .stateCallback, .info, .only(.states2025), "{patch}: {callback}_callback: state {number} (nope)",
            in: "test_klp_state"),
        Message(
            .stateCallback, .info, .only(.states2025), "{patch}: {word}_{callback}_callback: state {number}",
            in: "test_klp_speaker_livepatch"),
        Message(
            .stateCallback, .info, .only(.states2025), "{patch}: {word}_{callback}_callback: state {number} (nope)",
            in: "test_klp_speaker_livepatch"),
        Message(
            .stateCallback, .info, .only(.states2023), "{patch}: {stage}_state_callback: state {number}",
            in: "test_klp_state"),
        Message(
            .stateCallback, .info, .only(.states2023), "{patch}: {stage}_{word}_callback: state {number}",
            in: "test_klp_speaker_livepatch"),
        Message(
            .stateDestructor, .info, .withStateCallbacks, "{patch}: {name}_dtor: freeing {text}",
            in: "test_klp_state, test_klp_speaker_livepatch"),
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
        .foreign(.callback, .info, "{patch}: {callback}: {object}"),
        .foreign(.callback, .info, "{patch}: {callback}: {object} -> [{moduleState}] {moduleStateRemark}"),
        .foreign(.callback, .info, "{patch}: extra {dashedCallback} callback for object: {object}", in: "kpatch"),
        .foreign(.nothingToPatch, .error, "{patch}: nothing to patch!", in: "klp-build"),
        Message(.stateOutput, .info, .since(.linux55).and(.features2019), "{patch}: {stateText}", in: "test_klp_state"),
        .foreign(.shadowOutput, .info, "{patch}: klp_shadow_{text}", in: "other forms"),
        .foreign(.shadowOutput, .info, "{patch}: shadow_{text}", in: "other forms"),
        Message(
            .moduleOutput, .info, .all, "{module}: {outputText}",
            in: "test_klp_callbacks_busy, test_klp_livepatch, test_klp_speaker"),
        Message(.moduleInit, .info, .all, "{module}: {name}_init", in: "test_klp_callbacks_mod and others"),
        Message(.moduleExit, .info, .all, "{module}: {name}_exit", in: "test_klp_callbacks_mod and others"),
    ]
}
