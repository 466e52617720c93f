import Livepatch
import Reconstruction

/// What the sources of a boot must show if it happened.
///
/// A log shows whatever was printed. Of a trace without the kernel's lines nothing is told by what is not there: nobody need have
/// set a probe on a function, and a compiler may have made the function a part of one of its callers. Callbacks are called by their
/// addresses: those that the trace shows once it shows always. Beside a log, a trace need not cover it all: callbacks of a livepatch
/// whose callbacks print nothing tell what happened, never what did not.
struct Visibility {
    /// The callbacks that are shown; nil if everything is.
    private let callbacks: Set<Callback>?

    /// The livepatches whose callbacks a trace shows, and no line.
    let silentCallbacks: Set<String>

    /// True if the beginning, the start and the end of transitions are seen, so that the state is known.
    let showsTransitions: Bool

    private struct Callback: Hashable {
        let patch: String?
        let object: String?
        let kind: CallbackKind?

        init(_ event: Event) {
            patch = event.patch
            object = event.object
            kind = event.callback
        }
    }

    init(_ observations: [Observation]) {
        let own = observations.filter(\.event.message.belongsToSection)
        let messages = Set(own.filter { $0.isPrinted || !$0.steps.isEmpty }.map(\.event.message))
        showsTransitions = messages.isSuperset(of: [.initializing, .starting, .completing])
        let isLog = own.isEmpty || own.contains(where: \.isPrinted)
        let shown = own.filter { $0.event.message == .callback }
        callbacks = isLog ? nil : Set(shown.map { Callback($0.event) })
        let printing = Set(shown.filter(\.isPrinted).compactMap(\.event.patch))
        silentCallbacks = Set(shown.compactMap(\.event.patch)).subtracting(printing)
    }

    /// True if only functions are seen, not what the kernel prints.
    var showsFunctionsOnly: Bool { callbacks != nil }

    /// True if the livepatch's callbacks print nothing beside lines that the kernel prints.
    func isSilent(_ patch: String) -> Bool { callbacks == nil && silentCallbacks.contains(patch) }

    /// True if the event may have happened unseen.
    func mayHide(_ event: Event) -> Bool {
        guard let callbacks else {
            return event.message == .callback && event.patch.map(isSilent) ?? false
        }
        // What follows in a module that comes depends on results, which need not be traced.
        if event.moduleState == .coming, event.callback == .postPatch { return true }
        return event.message != .callback || !callbacks.contains(Callback(event))
    }
}
