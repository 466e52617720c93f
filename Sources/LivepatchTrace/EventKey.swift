import Livepatch

/// What two witnesses of one event agree on: a line, and the function that prints it.
struct EventKey: Hashable {
    private let message: MessageID
    private let patch: String?
    private let object: String?
    private let direction: Direction?
    private let callback: CallbackKind?
    private let number: Int?
    private let text: String?

    init(_ event: Event) {
        message = event.message
        patch = event.patch
        object = event.object
        direction = event.direction
        callback = event.callback
        // The errno of a failure is printed by some kernels only.
        let isPlain = Self.isShownByFunctions(event.message)
        number = isPlain ? nil : event.number
        text = isPlain ? nil : event.text ?? event.name
    }

    /// Only what the event is, and in which direction if that is told: a function that is traced without arguments tells no more.
    init(nameless event: Event, ignoringDirection: Bool = false) {
        message = event.message
        patch = nil
        object = nil
        direction = ignoringDirection ? nil : event.direction
        callback = event.callback
        number = nil
        text = nil
    }

    /// True for the messages that `StepFollower` reads from functions.
    private static func isShownByFunctions(_ message: MessageID) -> Bool {
        switch message {
        case .enabling, .initializing, .starting, .completing, .complete, .reversing, .canceling, .enableFailed,
            .prePatchFailed, .patchObjectFailed, .signaling, .forcing, .applying, .reverting, .initializeFailed,
            .applyFailed, .refusing, .callback:
            true
        default: false
        }
    }
}
