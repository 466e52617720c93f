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
        brokenByStep: { _, outOfOrder in outOfOrder.callback.map { "\($0.words) runs out of order" } },
        brokenInState: { machine, monitor, subject in
            for (place, watched) in subject.callbacks.enumerated() {
                guard let rest = machine.state.rest(of: watched), monitor.callbacks[place] & rest == 0 else { continue }
                return rest == CallbackLanguage.patched
                    ? "'\(watched.patch)' has patched '\(watched.object)', and its post_patch has not run"
                    : "'\(watched.patch)' is done with '\(watched.object)', and its post_unpatch has not run"
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
        brokenByStep: { step, _ in
            for operation in step.operations {
                guard case .completeTransition(let patch) = operation.operation else { continue }
                for event in operation.callbacks {
                    guard let owner = event.patch, operation.replaces(owner, step.acted.engine) else { continue }
                    return "\(event.words) runs, and '\(patch)' replaces '\(owner)'"
                }
            }
            return nil
        })
}

extension PerformedOperation {
    /// The callbacks that ran, in order.
    fileprivate var callbacks: [Event] { prediction.expectations.map(\.event).filter { $0.message == .callback } }
}
