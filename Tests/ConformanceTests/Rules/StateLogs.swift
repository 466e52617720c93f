import Livepatch

/// What kernels with callbacks of states print when the proposals' own test modules are used, in the words of these.
struct StateLogs: Sendable {
    /// Whose words: those of the POC (2023) or of the patches after it (2025).
    let proposal: Generation

    static let of2023 = StateLogs(proposal: .states2023)
    static let of2025 = StateLogs(proposal: .states2025)

    /// A state of a livepatch.
    struct State: Sendable {
        let patch: String
        let id: Int

        init(_ patch: String, _ id: Int) {
            self.patch = patch
            self.id = id
        }
    }

    static let speaker = "test_klp_speaker_livepatch"
    static let speaker2 = "test_klp_speaker_livepatch2"

    // MARK: Lines

    /// The line of a state's callback, and what the callback and the destructor print besides.
    func callback(_ kind: CallbackKind, _ state: State) -> Dmesg {
        let isLogLevel = state.patch.hasPrefix("test_klp_state")
        let is2025 = proposal == .states2025
        let remark = kind == .postUnpatch ? " (nope)" : ""
        let name =
            is2025
            ? "\(isLogLevel ? "" : "applause_")\(kind.rawValue)_callback: state \(state.id)\(remark)"
            : "\(kind.stage)_\(isLogLevel ? "state" : "applause")_callback: state \(state.id)"
        var lines = ["\(state.patch): \(name)"]
        if isLogLevel, let text = Self.logLevel[kind] { lines.append("\(state.patch): \(text)") }
        if kind == .postUnpatch {
            let freed = "freeing space for the stored console_loglevel"
            switch (isLogLevel, is2025) {
            case (true, true): lines.append("\(state.patch): shadow_conosle_loglevel_dtor: \(freed)")
            case (true, false): lines.append("\(state.patch): free_loglevel_state: \(freed)")
            case (false, true):
                let number = state.id == 11 ? "2" : ""
                lines.append("\(state.patch): applause_shadow_dtor: freeing applause [\(number)] (nope)")
            case (false, false): break
            }
        }
        return Dmesg(lines: lines)
    }

    private static let logLevel: [CallbackKind: String] = [
        .prePatch: "allocate_loglevel_state: allocating space to store console_loglevel",
        .postPatch: "fix_console_loglevel: fixing console_loglevel",
        .preUnpatch: "restore_console_loglevel: restoring console_loglevel",
    ]

    private func callbacks(_ kind: CallbackKind, _ states: [State]) -> Dmesg {
        states.reduce(Dmesg(lines: [])) { $0 + callback(kind, $1) }
    }

    private func own(_ patch: String, _ ids: [Int]) -> [State] { ids.map { State(patch, $0) } }

    static func command(_ text: String) -> Dmesg { Dmesg("% \(text)") }
    static func load(_ module: String, _ arguments: String = "") -> Dmesg {
        command("insmod test_modules/\(module).ko \(arguments)")
    }

    // MARK: Operations

    /// Until the transition starts. The states in `obsolete` are other patches'.
    func enableStarts(_ patch: String, _ ids: [Int] = [], obsolete: [State] = []) -> Dmesg {
        Dmesg(
            "livepatch: enabling patch '\(patch)'\nlivepatch: '\(patch)': initializing patching transition")
            + callbacks(.prePatch, own(patch, ids)) + callbacks(.preUnpatch, obsolete)
            + Dmesg("livepatch: '\(patch)': starting patching transition")
    }

    func patchingCompletes(_ patch: String, _ ids: [Int] = [], obsolete: [State] = []) -> Dmesg {
        Dmesg("livepatch: '\(patch)': completing patching transition")
            + callbacks(.postUnpatch, obsolete) + callbacks(.postPatch, own(patch, ids))
            + Dmesg("livepatch: '\(patch)': patching complete")
    }

    func enable(_ patch: String, _ ids: [Int] = [], obsolete: [State] = []) -> Dmesg {
        enableStarts(patch, ids, obsolete: obsolete) + patchingCompletes(patch, ids, obsolete: obsolete)
    }

    func disableStarts(_ patch: String, _ ids: [Int] = []) -> Dmesg {
        Self.command("echo 0 > /sys/kernel/livepatch/\(patch)/enabled")
            + Dmesg("livepatch: '\(patch)': initializing unpatching transition")
            + callbacks(.preUnpatch, own(patch, ids))
            + Dmesg("livepatch: '\(patch)': starting unpatching transition")
    }

    /// - Parameter kept: states of other patches that are enabled again before.
    func unpatchingCompletes(_ patch: String, _ ids: [Int] = [], kept: [State] = []) -> Dmesg {
        Dmesg("livepatch: '\(patch)': completing unpatching transition")
            + callbacks(.postPatch, kept) + callbacks(.postUnpatch, own(patch, ids))
            + Dmesg("livepatch: '\(patch)': unpatching complete")
    }

    func disable(_ patch: String, _ ids: [Int] = []) -> Dmesg {
        disableStarts(patch, ids) + unpatchingCompletes(patch, ids)
    }

    func reverse(_ patch: String) -> Dmesg {
        Self.command("echo 0 > /sys/kernel/livepatch/\(patch)/enabled")
            + Dmesg(
                """
                livepatch: '\(patch)': reversing transition from patching to unpatching
                livepatch: '\(patch)': starting unpatching transition
                """)
    }

    /// The last of the states cannot be set up; the others are released where the proposal does it.
    func enableFails(_ patch: String, _ ids: [Int]) -> Dmesg {
        let released = callbacks(.postUnpatch, own(patch, ids.dropLast()))
        let isAtOnce = proposal == .states2023
        return Dmesg(
            "livepatch: enabling patch '\(patch)'\nlivepatch: '\(patch)': initializing patching transition")
            + callbacks(.prePatch, own(patch, ids)) + forcedError(patch) + (isAtOnce ? released : Dmesg(lines: []))
            + Dmesg(
                """
                livepatch: failed to enable patch '\(patch)'
                livepatch: '\(patch)': canceling patching transition, going to unpatch
                livepatch: '\(patch)': completing unpatching transition
                """)
            + (isAtOnce ? Dmesg(lines: []) : released)
            + Dmesg(
                """
                livepatch: '\(patch)': unpatching complete
                insmod: ERROR: could not insert module test_modules/\(patch).ko: No such device
                """)
    }

    private func forcedError(_ patch: String) -> Dmesg {
        let name = proposal == .states2025 ? "applause_pre_patch_callback" : "setup_applause_callback"
        return patch.hasPrefix("test_klp_state") ? Dmesg(lines: []) : Dmesg("\(patch): \(name): forcing err: -ENODEV")
    }

    static func refused(_ patch: String) -> Dmesg {
        Dmesg(
            """
            livepatch: Livepatch patch (\(patch)) is not compatible with the already installed livepatches.
            insmod: ERROR: could not insert module test_modules/\(patch).ko: Invalid parameters
            """)
    }

    static func blocked(_ patch: String) -> Dmesg {
        command("echo 0 > /sys/kernel/livepatch/\(patch)/enabled")
            + Dmesg("livepatch: The livepatch '\(patch)' does not support disable")
    }
}

/// The proposals' selftests: test-modules.sh and test-state.sh of both, test-state-callbacks.sh of 2025.
extension StateLogs {
    private static let target = "test_klp_speaker"
    private static let targetLoads = load(target) + Dmesg("test_klp_speaker: test_klp_speaker_init")
    private static let targetGoes = command("rmmod test_klp_speaker") + Dmesg("test_klp_speaker: test_klp_speaker_exit")
    private static let welcome =
        command("cat /sys/module/test_klp_speaker/parameters/welcome")
        + Dmesg("test_klp_speaker: speaker_welcome: Hello, World!")

    /// What `applause` is called as a parameter, and its state's id.
    private var applause: (parameter: String, id: Int) {
        proposal == .states2025 ? ("applause=1", 10) : ("add_applause=1", 1)
    }
    private var newWelcome: Dmesg {
        let name = proposal == .states2025 ? "lp_speaker_welcome" : "livepatch_speaker_welcome"
        return Self.command("cat /sys/module/test_klp_speaker/parameters/welcome")
            + Dmesg("test_klp_speaker_livepatch: \(name): [APPLAUSE] Ladies and gentleman, ...")
    }

    static func heading(_ name: String) -> Dmesg { Dmesg("===== TEST: \(name) =====") }

    var modification: Dmesg {
        Self.heading("system state modification") + Self.load("test_klp_state") + enable("test_klp_state", [1])
            + disable("test_klp_state", [1]) + Self.command("rmmod test_klp_state")
    }

    var takingOver: Dmesg {
        Self.heading("taking over system state modification") + Self.load("test_klp_state")
            + enable("test_klp_state", [1]) + Self.load("test_klp_state2") + enable("test_klp_state2")
            + Self.command("rmmod test_klp_state") + disable("test_klp_state2", [1])
            + Self.command("rmmod test_klp_state2")
    }

    var compatible: Dmesg {
        Self.heading("compatible cumulative livepatches") + Self.load("test_klp_state2")
            + enable("test_klp_state2", [1]) + Self.load("test_klp_state3") + enable("test_klp_state3")
            + Self.command("rmmod test_klp_state2") + Self.load("test_klp_state2") + enable("test_klp_state2")
            + disable("test_klp_state2", [1]) + Self.command("rmmod test_klp_state2")
            + Self.command("rmmod test_klp_state3")
    }

    var incompatible: Dmesg {
        Self.heading("incompatible cumulative livepatches") + Self.load("test_klp_state2", "state_block_disable=1")
            + enable("test_klp_state2", [1])
            + Dmesg("test_klp_state2: block_state_disable_get: Disable transition is blocked by state: 1")
            + Self.load("test_klp_state", "no_state=1") + Self.refused("test_klp_state") + Self.load("test_klp_state")
            + enable("test_klp_state") + Self.command("rmmod test_klp_state2") + disable("test_klp_state", [1])
    }

    var stateCallbacks: Dmesg {
        Self.heading("livepatch state callbacks") + Self.targetLoads + Self.welcome
            + Self.load(Self.speaker, applause.parameter) + enable(Self.speaker, [applause.id]) + newWelcome
            + disable(Self.speaker, [applause.id]) + Self.command("rmmod \(Self.speaker)") + Self.welcome
            + Self.targetGoes
    }

    var failing: Dmesg {
        Self.heading("failing livepatch pre_patch callback with -ENODEV") + Self.targetLoads
            + Self.load(Self.speaker, "\(applause.parameter) pre_patch_ret=-19")
            + enableFails(Self.speaker, [applause.id]) + Self.targetGoes
    }

    var multipleTargets: Dmesg {
        Self.heading("multiple target modules") + Self.targetLoads + Self.load(Self.speaker, applause.parameter)
            + enable(Self.speaker, [applause.id]) + Self.load("test_klp_speaker2")
            + Dmesg(
                """
                livepatch: applying patch 'test_klp_speaker_livepatch' to loading module 'test_klp_speaker2'
                test_klp_speaker2: test_klp_speaker_init
                % rmmod test_klp_speaker2
                test_klp_speaker2: test_klp_speaker_exit
                livepatch: reverting patch 'test_klp_speaker_livepatch' on unloading module 'test_klp_speaker2'
                """)
            + disable(Self.speaker, [applause.id]) + Self.targetGoes
    }

    private static let doorsBlocked =
        load(target, "block_doors=1")
        + Dmesg(
            """
            test_klp_speaker: test_klp_speaker_init
            test_klp_speaker: block_doors_func: Going to block doors.
            test_klp_speaker: do_block_doors: Started blocking doors.
            """)
    private static let doorsOpen = Dmesg(
        """
        % echo 0 > /sys/module/test_klp_speaker/parameters/block_doors
        test_klp_speaker: do_block_doors: Stopped blocking doors.
        test_klp_speaker: speaker_welcome: Hello, World! <--- from blocked doors
        """)

    var blockedTransition: Dmesg {
        Self.heading("blocked transition") + Self.doorsBlocked + Self.load(Self.speaker, applause.parameter)
            + enableStarts(Self.speaker, [10]) + Dmesg("test_klp_speaker_livepatch: lp_speaker_welcome: [] Ladies ...")
            + reverse(Self.speaker) + unpatchingCompletes(Self.speaker, [10]) + Self.targetGoes
    }

    var unblockedTransition: Dmesg {
        Self.heading("(un)blocked transition") + Self.doorsBlocked + Self.load(Self.speaker, applause.parameter)
            + enableStarts(Self.speaker, [10]) + Self.doorsOpen + patchingCompletes(Self.speaker, [10])
            + newWelcome + disable(Self.speaker, [10]) + Self.targetGoes
    }

    var blockedDisable: Dmesg {
        Self.heading("blocked disable transition") + Self.load(Self.speaker, applause.parameter)
            + enable(Self.speaker, [10]) + Self.load("test_klp_speaker", "block_doors=1")
            + Dmesg(
                """
                livepatch: applying patch 'test_klp_speaker_livepatch' to loading module 'test_klp_speaker'
                test_klp_speaker_livepatch: lp_block_doors_func: Going to block doors (fixed).
                test_klp_speaker: do_block_doors: Started blocking doors.
                test_klp_speaker: test_klp_speaker_init
                """)
            + disableStarts(Self.speaker, [10]) + Self.doorsOpen + unpatchingCompletes(Self.speaker, [10])
            + Self.targetGoes
    }

    var parallel: Dmesg {
        Self.heading("multiple livepatches in parallel") + Self.targetLoads + Self.load(Self.speaker, "applause=1")
            + enable(Self.speaker, [10]) + Self.load(Self.speaker2, "applause2=1") + enable(Self.speaker2, [11])
            + disable(Self.speaker2, [11]) + disable(Self.speaker, [10]) + Self.targetGoes
    }

    var replace: Dmesg {
        Self.heading("atomic replace") + Self.targetLoads + Self.load(Self.speaker, "applause=1")
            + enable(Self.speaker, [10]) + Self.load(Self.speaker2, "replace=1 applause=1 applause2=1")
            + enable(Self.speaker2, [11]) + Self.command("rmmod \(Self.speaker)")
            + disable(Self.speaker2, [10, 11]) + Self.targetGoes
    }

    /// The tests of the proposal.
    var selftests: [Dmesg] {
        let common = [
            modification, takingOver, compatible, incompatible, stateCallbacks, failing, multipleTargets,
        ]
        guard proposal == .states2025 else { return common }
        return common + [blockedTransition, unblockedTransition, blockedDisable, parallel, replace]
    }
}
