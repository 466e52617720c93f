/// A livepatch whose states depend on module parameters.
public struct ParameterisedLivepatch: Hashable, Sendable {
    /// The module's name.
    public let name: String
    /// Every state that it may have, in the order of klp_patch.states.
    public let states: [StateDescription]
    /// Whether it replaces the others; nil if that is not known.
    public let replace: LivepatchDescription.Replace?
    /// The parameter without which the state is not there, by id.
    private let bringing: [UInt: String]
    /// The parameter with which no state is there.
    private let omitting: String?
    /// The parameters with which no state can be disabled; the proposals' drafts spell it differently.
    private let blocking: Set<String>

    init(
        _ name: String, _ states: [StateDescription], replace: LivepatchDescription.Replace? = nil,
        bringing: [UInt: String] = [:], omitting: String? = nil,
        blocking: Set<String> = []
    ) {
        self.name = name
        self.states = states
        self.replace = replace
        self.bringing = bringing
        self.omitting = omitting
        self.blocking = blocking
    }

    /// True if it is known what each of these arguments does to the states.
    public func understands(_ arguments: [String]) -> Bool {
        let known = Set(bringing.values).union(blocking).union([omitting].compactMap { $0 }).union(Self.others)
        return arguments.allSatisfy { known.contains(String($0.prefix { $0 != "=" })) }
    }

    /// Parameters that do nothing to the states.
    private static let others: Set<String> = ["replace", "noreplace", "pre_patch_ret", "setup_ret"]

    /// The states that it has if it is loaded with these arguments.
    public func states(with arguments: [String]) -> [StateDescription] {
        if let omitting, Self.isTrue(omitting, in: arguments) { return [] }
        let blocks = blocking.contains { Self.isTrue($0, in: arguments) }
        return states.filter { state in bringing[state.id].map { Self.isTrue($0, in: arguments) } ?? true }
            .map { state in
                var result = state
                result.blocksDisable = blocks
                return result
            }
    }

    /// `name`, `name=1`, `name=y`: a bool parameter (param_set_bool) that is set.
    private static func isTrue(_ name: String, in arguments: [String]) -> Bool {
        arguments.contains { argument in
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.first == name else { return false }
            return parts.count == 1 || ["1", "y", "Y"].contains(parts[1])
        }
    }
}

extension ParameterisedLivepatch {
    /// The test modules that the proposals bring with them (lib/livepatch of 2023, tools/testing/selftests/livepatch/test_modules of
    /// 2025), by name, as far as their states are concerned.
    public static func testModules(of proposal: Generation) -> [String: ParameterisedLivepatch] {
        let modules: [ParameterisedLivepatch] =
            switch proposal {
            case .states2023: modulesOf2023
            case .states2025: modulesOf2025
            default: []
            }
        return Dictionary(modules.map { ($0.name, $0) }) { first, _ in first }
    }

    private static let all = Set(CallbackKind.allCases)

    private static let modulesOf2023: [ParameterisedLivepatch] =
        logLevelModules(StateDescription(id: 1, prints: Manifest.firstLogLevel, callbacks: all)) + [
            ParameterisedLivepatch(
                "test_klp_speaker_livepatch", [StateDescription(id: 1, callbacks: all)], bringing: [1: "add_applause"])
        ]

    private static let modulesOf2025: [ParameterisedLivepatch] =
        logLevelModules(
            StateDescription(
                id: 1, prints: Manifest.firstLogLevel.filter { $0.key != .postUnpatch }, callbacks: all, isShadow: true,
                // Spelled so by the module.
                destructorLine: "shadow_conosle_loglevel_dtor: freeing space for the stored console_loglevel")) + [
            ParameterisedLivepatch("test_klp_speaker_livepatch", [applause(10, "[]")], bringing: [10: "applause"]),
            ParameterisedLivepatch(
                "test_klp_speaker_livepatch2", [applause(10, "[]"), applause(11, "[2]")],
                replace: .parameter(default: false), bringing: [10: "applause", 11: "applause2"]),
        ]

    private static func logLevelModules(_ state: StateDescription) -> [ParameterisedLivepatch] {
        ["test_klp_state", "test_klp_state2", "test_klp_state3"].map {
            ParameterisedLivepatch(
                $0, [state], replace: .fixed(true), omitting: "no_state",
                blocking: ["state_block_disable", "block_state_disable"])
        }
    }

    private static func applause(_ id: UInt, _ name: String) -> StateDescription {
        StateDescription(
            id: id, callbacks: all, isShadow: true,
            destructorLine: "applause_shadow_dtor: freeing applause \(name) (nope)")
    }
}
