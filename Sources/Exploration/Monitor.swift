import Livepatch
import ReferenceEngine
import Simulation

/// What invariants have to remember of the past. It is part of a state: two that differ here are two.
struct Monitor: Hashable, Sendable {
    /// Where the callbacks of each watched object are in their order.
    private(set) var callbacks: [CallbackLanguage.Positions]
    /// Where the callbacks of each watched state are.
    private(set) var states: [CallbackLanguage.Positions]
    /// The tasks that were counted as switched by force, for as long as they sleep where they did.
    private(set) var forcedSleepers: Set<Sleeper> = []

    /// The first callbacks of a step that came out of order.
    struct OutOfOrder {
        /// A callback of an object.
        var callback: Event?
        /// A callback of a state.
        var stateCallback: Event?
    }

    /// Before the first step.
    init(_ subject: Subject) {
        callbacks = subject.callbacks.map { $0.language.closure(of: CallbackLanguage.unprepared) }
        states = subject.states.map { $0.language.closure(of: CallbackLanguage.unprepared) }
    }

    /// Follows what a step did.
    mutating func follow(_ step: ExploredStep, _ subject: Subject) -> OutOfOrder {
        var result = OutOfOrder()
        for operation in step.operations {
            follow(operation, subject, &result)
            settleCallbacks(after: operation, subject, step.acted.engine)
            settleStates(in: operation.after, subject)
        }
        followForce(step)
        return result
    }

    private mutating func follow(_ operation: PerformedOperation, _ subject: Subject, _ result: inout OutOfOrder) {
        var attempt: Int?
        for expectation in operation.prediction.expectations {
            let event = expectation.event
            switch event.message {
            case .callback:
                guard let kind = event.callback, let place = subject.callbacks.place(of: event) else { continue }
                let isInOrder = subject.callbacks[place].language.advance(&callbacks[place], by: kind)
                if !isInOrder, result.callback == nil { result.callback = event }
                attempt = kind == .prePatch ? place : nil
            case .prePatchFailed:
                guard let attempt else { continue }
                callbacks[attempt] = subject.callbacks[attempt].language.closure(of: CallbackLanguage.unprepared)
            case .stateCallback:
                guard let kind = event.callback,
                    let place = subject.states.firstIndex(where: { Int(clamping: $0.id) == event.number })
                else { continue }
                let language = subject.states[place].language
                let isInOrder = language.advance(&states[place], by: kind)
                if !isInOrder, result.stateCallback == nil { result.stateCallback = event }
                if kind == .prePatch, operation.failsToSetUp(subject.states[place].id) {
                    states[place] = language.closure(of: CallbackLanguage.unprepared)
                }
            default: break
            }
        }
    }

    /// What is where it should be is there alone: it passed over what is not defined. A livepatch that is replaced ends in silence.
    private mutating func settleCallbacks(
        after operation: PerformedOperation, _ subject: Subject, _ engine: ReferenceEngine
    ) {
        for (place, watched) in subject.callbacks.enumerated() {
            guard let rest = operation.after.rest(of: watched) else { continue }
            let isReplaced = rest == CallbackLanguage.unprepared && operation.replaces(watched.patch, engine)
            guard callbacks[place] & rest != 0 || isReplaced else { continue }
            callbacks[place] = watched.language.closure(of: rest)
        }
    }

    private mutating func settleStates(in state: EngineState, _ subject: Subject) {
        for (place, watched) in subject.states.enumerated() {
            guard let rest = state.rest(of: watched, subject.scenario.manifest), states[place] & rest != 0 else {
                continue
            }
            states[place] = watched.language.closure(of: rest)
        }
    }

    /// Keeps who is excepted: the tasks that are not where the forced transition wants them, until they leave.
    private mutating func followForce(_ step: ExploredStep) {
        if case .force = step.action, let running = step.acted.state.transition, running.isForced {
            for sleeper in step.before.sleepers {
                let stack = step.acted.stack(of: sleeper.function)
                if stack.implementation(for: running.target, in: running) != sleeper.implementation {
                    forcedSleepers.insert(sleeper)
                }
            }
        }
        if !forcedSleepers.isEmpty { forcedSleepers.formIntersection(step.after.sleepers) }
    }
}

extension EngineState {
    /// Where the callbacks of an object should be; nil while its livepatch is in transition.
    func rest(of watched: ObjectCallbacks) -> CallbackLanguage.Positions? {
        guard let patch = patch(watched.patch) else { return CallbackLanguage.unprepared }
        let isLoaded = patch.objects.contains { $0.name == watched.object && $0.isLoaded }
        let isRunning = isInTransition(watched.patch)
        guard isLoaded, patch.isEnabled || isRunning else { return CallbackLanguage.unprepared }
        return isRunning ? nil : CallbackLanguage.patched
    }

    /// Where the callbacks of a state should be; nil while there is a transition.
    func rest(of watched: StateCallbacks, _ manifest: Manifest) -> CallbackLanguage.Positions? {
        guard transition == nil else { return nil }
        return owner(of: watched.id, manifest) == nil ? CallbackLanguage.unprepared : CallbackLanguage.patched
    }

    /// A listed livepatch that has the state; nil if none has.
    func owner(of id: UInt, _ manifest: Manifest) -> String? {
        patches.first { manifest.livepatches[$0.name]?.state(id) != nil }?.name
    }
}

extension [ObjectCallbacks] {
    fileprivate func place(of event: Event) -> Int? {
        firstIndex { $0.patch == event.patch && $0.object == event.object }
    }
}

extension PerformedOperation {
    /// The state of livepatch after it.
    var after: EngineState { prediction.state }

    /// True if it is the end of the patching of a livepatch that replaces the other.
    func replaces(_ patch: String, _ engine: ReferenceEngine) -> Bool {
        guard case .completeTransition(let running) = operation, before.transition?.direction == .patching else {
            return false
        }
        return engine.replaced(by: running, before).contains(patch)
    }

    fileprivate func failsToSetUp(_ id: UInt) -> Bool {
        if case .enable(_, .setupFailed(id)) = operation { true } else { false }
    }
}

extension Event {
    /// A callback in words: `post_patch of 'vmlinux' in 'fix'`, `pre_patch of state 10 in 'fix'`.
    var words: String {
        let owner = message == .stateCallback ? "state \(number ?? 0)" : "'\(object ?? "")'"
        return "\(callback?.rawValue ?? "a callback") of \(owner) in '\(patch ?? "")'"
    }
}
