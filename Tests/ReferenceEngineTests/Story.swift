import Livepatch
import ReferenceEngine

/// A sequence of operations on one engine, and what it printed in short: `pre_patch p nfs COMING`.
struct Story {
    let engine: ReferenceEngine
    private(set) var state: EngineState
    private(set) var last: Prediction

    init(_ generation: Generation, _ livepatches: [LivepatchDescription], loaded: Set<String> = []) {
        engine = ReferenceEngine(generation: generation, manifest: Manifest(livepatches: livepatches))
        state = EngineState(loadedModules: loaded)
        last = Prediction(state: state, expectations: [], objections: [])
    }

    /// Performs the operation and returns the lines in short.
    @discardableResult
    mutating func perform(_ operation: Operation) -> [String] {
        last = engine.perform(operation, on: state)
        state = last.state
        return lines
    }

    /// Enables and completes.
    mutating func enable(_ patch: String) {
        perform(.enable(patch: patch, outcome: .started))
        if state.transition != nil { perform(.completeTransition(patch: patch)) }
    }

    /// Disables and completes.
    mutating func disable(_ patch: String) {
        perform(.disable(patch: patch))
        if state.transition != nil { perform(.completeTransition(patch: patch)) }
    }

    /// The lines of the last operation in short.
    var lines: [String] { last.expectations.map(\.event.short) }
    /// Only the callbacks among them.
    var callbacks: [String] { last.expectations.filter(\.isCallback).map(\.event.short) }
    /// The rules that the kernel would have refused the last operation by.
    var objections: [RuleID] { last.objections.map(\.rule) }
    /// The names on klp_patches.
    var listed: [String] { state.patches.map(\.name) }
    /// The names of the enabled ones.
    var enabled: [String] { state.patches.filter(\.isEnabled).map(\.name) }
}

extension Event {
    var short: String {
        let state = moduleState.map { String($0.rawValue.dropFirst("MODULE_STATE_".count)) }
        let id = message == .stateCallback ? number.map(String.init) : nil
        return [callback?.rawValue ?? message.rawValue, direction?.rawValue, patch, object, state, id]
            .compactMap { $0 }.joined(separator: " ")
    }
}

extension LivepatchDescription {
    /// A livepatch whose objects define all callbacks.
    static func with(
        _ name: String, _ objects: String..., replace: Bool = false, states: [UInt: UInt]? = [:],
        callbacks: Set<CallbackKind> = Set(CallbackKind.allCases)
    ) -> LivepatchDescription {
        LivepatchDescription(
            name: name, objects: objects.map { ObjectDescription(name: $0, callbacks: callbacks) },
            replace: .fixed(replace),
            states: states?.sorted { $0.key < $1.key }.map { StateDescription(id: $0.key, version: $0.value) })
    }

    /// A livepatch of vmlinux whose states define all callbacks.
    static func with(_ name: String, states: UInt..., replace: Bool = false, isShadow: Bool = false)
        -> LivepatchDescription
    {
        LivepatchDescription(
            name: name, objects: [ObjectDescription(name: Event.vmlinux)], replace: .fixed(replace),
            states: states.map {
                StateDescription(
                    id: $0, callbacks: Set(CallbackKind.allCases), isShadow: isShadow, destructorLine: "freed")
            })
    }
}

/// The generations that know callbacks.
let generationsWithCallbacks = Generation.allCases.filter { $0.policies.callbackOwner == .objects }
/// The generations with a transition.
let generationsWithTransitions = Generation.allCases.filter { $0 >= .linux412 }
