import Livepatch

/// A run of lines that the kernel printed while it held klp_mutex.
public struct Section: Hashable, Sendable {
    /// What kind of operation the lines speak of.
    public enum Kind: Hashable, Sendable {
        /// `enabling patch` to `starting patching transition`, or to `unpatching complete` if it failed.
        case enabling(patch: String)
        /// `initializing unpatching transition` to `starting unpatching transition`.
        case disabling(patch: String)
        /// `reversing transition` and `starting`.
        case reversing(patch: String)
        /// A `starting` alone: without debug lines it may begin an enable, a disable or a reversal.
        case starting(patch: String, Direction)
        /// `completing` to `complete`.
        case completing(patch: String, Direction)
        /// A module comes.
        case coming(module: String)
        /// A module goes.
        case going(module: String)
        /// One line that is an operation of its own.
        case single
    }

    /// The kind.
    public var kind: Kind
    /// The lines, in order; also lines that do not belong there.
    public var observations: [Observation]

    /// The events of the lines.
    public var events: [Event] { observations.map(\.event) }

    /// True if one of the lines is that message.
    public func has(_ message: MessageID) -> Bool { observations.contains { $0.event.message == message } }

    /// True if the section undoes what was done for a module that is then refused, with the refusal itself not seen.
    var isCleanUp: Bool {
        observations.contains { $0.event.moduleState == .coming && $0.event.callback == .preUnpatch }
    }

    /// True if the section begins with the line that always comes first, so that nothing of it can lie before.
    public var beginsWithItsFirstLine: Bool {
        guard let first = events.first?.message else { return false }
        switch kind {
        case .enabling: return first == .enabling
        case .disabling: return first == .initializing
        case .reversing: return first == .reversing
        case .completing: return first == .completing
        case .coming:
            // An earlier patch's lines about the module may lie before the log.
            return (first == .applying || first == .initializeFailed) && Set(events.compactMap(\.patch)).count == 1
        case .going, .starting, .single: return false
        }
    }

    /// True if the section ends with the module not loaded.
    public var isRefusal: Bool {
        has(.refusing) || has(.reverting)
            || observations.contains { $0.event.moduleState == .coming && $0.event.callback == .postUnpatch }
    }

    func has(_ message: MessageID, _ direction: Direction) -> Bool {
        observations.contains { $0.event.message == message && $0.event.direction == direction }
    }
}
