import Livepatch
import ReferenceEngine
import Simulation

extension Invariant {
    static let callbacksInPairs = Invariant(
        name: "callbacks-in-pairs",
        statement: """
            The callbacks of an object come in their order: after a successful pre_patch there is exactly one post_unpatch, \
            post_patch and pre_unpatch alternate between them, and when a livepatch and its object are patched and no transition \
            runs, post_patch was last. A livepatch that is replaced ends in silence after its post_patch. A reversed disable runs \
            post_patch a second time, with no pre_patch before it. post_unpatch also runs where pre_patch succeeded and the \
            object could not be patched, which the kernel's document denies. What is not defined is passed over.
            """,
        source: "klp_enable_patch, klp_complete_transition, klp_module_coming, klp_cleanup_module_patches_limited",
        advice: "the last operation of the step, and where the object's last callback ran",
        promise: "generations in which callbacks belong to objects",
        isPromised: { $0.callbackOwner == .objects },
        brokenByStep: { step, watched, monitor in
            for operation in step.operations {
                if let broken = monitor.followCallbacks(operation, watched, step.acted.engine) { return broken }
            }
            return nil
        })

    static let replacedPatchRunsNoCallback = Invariant(
        name: "replaced-patch-runs-no-callback",
        statement: """
            When the patching of a livepatch completes that replaces others, none of their callbacks runs: the one that replaces \
            has to do what is necessary.
            """,
        source: "klp_unpatch_replaced_patches (linux-5.5), klp_discard_replaced_patches (linux-5.1)",
        advice: "the callbacks between 'completing patching transition' and 'patching complete'",
        promise: "generations in which livepatches replace and callbacks belong to objects",
        isPromised: { $0.callbackOwner == .objects && $0.replace != .absent },
        brokenByStep: { step, _, _ in
            for operation in step.operations {
                guard case .completeTransition(let patch) = operation.operation,
                    operation.before.transition?.direction == .patching
                else { continue }
                let replaced = step.acted.engine.replaced(by: patch, operation.before)
                for event in operation.callbacks {
                    guard let owner = event.patch, replaced.contains(owner) else { continue }
                    return "\(event.words) runs, and '\(patch)' replaces '\(owner)'"
                }
            }
            return nil
        })
}

extension Monitor {
    /// Follows the callbacks that an operation runs. Returns what is wrong with them.
    fileprivate mutating func followCallbacks(
        _ operation: PerformedOperation, _ watched: [ObjectCallbacks], _ engine: ReferenceEngine
    ) -> String? {
        var attempt: (place: Int, before: ObjectCallbacks.Positions)?
        for expectation in operation.prediction.expectations {
            let event = expectation.event
            switch event.message {
            case .callback:
                guard let kind = event.callback, let place = watched.place(of: event) else { continue }
                let before = callbacks[place]
                callbacks[place] = watched[place].positions(after: kind, from: before)
                if callbacks[place] == 0 { return "\(event.words) runs out of order" }
                attempt = kind == .prePatch ? (place, before) : nil
            case .prePatchFailed:
                guard let (place, _) = attempt else { continue }
                callbacks[place] = watched[place].closure(of: ObjectCallbacks.unprepared)
            default: break
            }
        }
        return restCallbacks(after: operation, watched, engine)
    }

    /// Asks of every object whether it is where the operation should have left it.
    private mutating func restCallbacks(
        after operation: PerformedOperation, _ all: [ObjectCallbacks], _ engine: ReferenceEngine
    ) -> String? {
        let state = operation.after
        for (place, watched) in all.enumerated() {
            let patch = state.patch(watched.patch)
            let isRunning = state.isInTransition(watched.patch)
            let isLoaded = patch?.objects.contains { $0.name == watched.object && $0.isLoaded } == true
            if patch?.isEnabled == true || isRunning, isLoaded {
                guard !isRunning else { continue }
                guard callbacks[place] & ObjectCallbacks.patched != 0 else {
                    return "'\(watched.patch)' has patched '\(watched.object)', and its post_patch has not run"
                }
                callbacks[place] = watched.closure(of: ObjectCallbacks.patched)
            } else {
                let isDone = callbacks[place] & ObjectCallbacks.unprepared != 0
                guard isDone || operation.replaces(watched.patch, engine) else {
                    return "'\(watched.patch)' is done with '\(watched.object)', and its post_unpatch has not run"
                }
                callbacks[place] = watched.closure(of: ObjectCallbacks.unprepared)
            }
        }
        return nil
    }
}

extension [ObjectCallbacks] {
    fileprivate func place(of event: Event) -> Int? {
        firstIndex { $0.patch == event.patch && $0.object == event.object }
    }
}

extension PerformedOperation {
    /// The callbacks that ran, in order.
    var callbacks: [Event] { prediction.expectations.map(\.event).filter { $0.message == .callback } }

    /// True if it is the end of the patching of a livepatch that replaces the other.
    fileprivate func replaces(_ patch: String, _ engine: ReferenceEngine) -> Bool {
        guard case .completeTransition(let running) = operation, before.transition?.direction == .patching else {
            return false
        }
        return engine.replaced(by: running, before).contains(patch)
    }
}

extension Event {
    /// A callback in words: `post_patch of 'vmlinux' in 'fix'`.
    var words: String { "\(callback?.rawValue ?? "a callback") of '\(object ?? "")' in '\(patch ?? "")'" }
}
