import Livepatch

/// Groups observations into sections.
///
/// The kernel prints a section without letting another in. So a line that does not fit into an open section is an
/// intruder if the section goes on right after it, and otherwise ends the section:
///
///     ENABLING(P) INIT(P) COMPLETING(P) START(P)     one section with an intruder
///     ENABLING(P) INIT(P) | ENABLING(Q) INIT(Q) ...  two sections, the first without its end
///
/// A line that the open section still lacks, but for the name it bears, is taken for that line with a wrong name.
/// A line that repeats the last one, or comes right after the end of the section it belongs to, stays with it: then the
/// comparison with the model says "twice" or "too late" instead of making up an operation.
public struct SectionFinder {
    private var finished: [Section] = []
    private var open: Section?
    private var isEnded = false
    private let observations: [Observation]

    /// The sections of the observations that belong to sections, in order.
    public static func sections(of observations: [Observation]) -> [Section] {
        var finder = SectionFinder(observations: observations.filter(\.event.message.belongsToSection))
        for position in finder.observations.indices { finder.take(position) }
        if let last = finder.open { finder.finished.append(last) }
        return finder.finished
    }

    private init(observations: [Observation]) { self.observations = observations }

    private mutating func take(_ position: Int) {
        let observation = observations[position]
        guard var section = open, !isOfAnotherTask(observation, than: section),
            section.observations.last.map(observation.isOfAnotherCall) != true
        else { return begin(position) }
        if isEnded {
            guard belongsToEnded(section, observation) else { return begin(position) }
        } else if isEndOfAnother(observation, than: section) {
            return begin(position)
        } else if !SectionGrammar.continues(section, observation.event) {
            let bearsOtherName = SectionGrammar.fitsButForName(section, observation.event) && observation.gap == nil
            guard bearsOtherName || isRepetition(observation, in: section) || goesOn(section, after: position) else {
                return begin(position)
            }
            section.observations.append(observation)
            isEnded = bearsOtherName && SectionGrammar.ends(section, observation.event)
            open = section
            return
        }
        section.observations.append(observation)
        isEnded = isEnded || SectionGrammar.ends(section, observation.event)
        open = section
    }

    private mutating func begin(_ position: Int) {
        if let section = open { finished.append(section) }
        let observation = observations[position]
        let next = position + 1 < observations.count ? observations[position + 1].event : nil
        let isOfStates = observation.event.message.isOfStates
        let kind =
            isOfStates ? kindOfStates(position) : SectionGrammar.kind(openedBy: observation.event, before: next)
        let section = Section(kind: kind, observations: [observation])
        open = section
        isEnded = SectionGrammar.ends(section, observation.event)
    }

    /// The kind of a section that begins with the callback of a state, which may be another patch's: it is told by the first line
    /// that names the section's own patch.
    private func kindOfStates(_ position: Int) -> Section.Kind {
        let own = SectionGrammar.kind(openedByStateCallback: observations[position].event)
        for next in observations[(position + 1)...].prefix(Self.statesMaximum) {
            guard next.gap == nil else { return own }
            switch next.event.message {
            case .stateCallback, .stateDestructor, .stateOutput, .callback: continue
            case .completing, .complete, .enableFailed, .canceling:
                return SectionGrammar.kind(openedBy: next.event)
            default: return own
            }
        }
        return own
    }

    /// So many lines of states at most are looked through for the line that says whose section they stand in.
    private static let statesMaximum = 64

    private func isRepetition(_ observation: Observation, in section: Section) -> Bool {
        section.observations.last?.event == observation.event && observation.isPrinted && !isSingle(section)
    }

    /// True for a function that another task runs: a section is one task's, which a trace shows.
    private func isOfAnotherTask(_ observation: Observation, than section: Section) -> Bool {
        guard !observation.isPrinted, let task = observation.record.caller,
            let other = section.observations.last?.record.caller
        else { return false }
        return task != other
    }

    /// True for the end of a transition in the other direction, if the end of the section's own may have been lost with what lies
    /// between.
    private func isEndOfAnother(_ observation: Observation, than section: Section) -> Bool {
        guard case .completing(_, let direction) = section.kind, observation.event.message == .complete,
            observation.event.direction == direction.reversed
        else { return false }
        return (section.observations.dropFirst() + [observation]).contains { $0.gap != nil }
    }

    private func isSingle(_ section: Section) -> Bool { section.kind == .single }

    /// A line of an ended section that comes late: the section lacks it, or it repeats the last line.
    private func belongsToEnded(_ section: Section, _ observation: Observation) -> Bool {
        guard observation.gap == nil, !isSingle(section) else { return false }
        let event = observation.event
        if isRepetition(observation, in: section) { return true }
        switch event.message {
        case .initializing, .completing, .reversing:
            return SectionGrammar.continues(section, event) && !section.events.contains(event)
        case .callback, .stateCallback, .stateDestructor:
            guard event.callback == .prePatch || event.callback == .preUnpatch || section.has(.complete) else {
                return false
            }
            // A disable may begin with it.
            if event.message == .stateCallback, event.callback == .preUnpatch, section.has(.complete) { return false }
            return SectionGrammar.continues(section, event)
        default: return false
        }
    }

    /// True if one of the next few lines continues the section, and nothing says that records are missing before it.
    private func goesOn(_ section: Section, after position: Int) -> Bool {
        let intruder = observations[position]
        guard intruder.gap == nil, !opensAnother(intruder.event, than: section) else { return false }
        var previous = intruder.event
        for next in observations[(position + 1)...].prefix(2) {
            if next.gap != nil { return false }
            defer { previous = next.event }
            // What a callback prints of states belongs to the callback right before it.
            let isOfCallback = previous.message.isCallback || previous.message.followsCallback
            if next.event.message.followsCallback, isOfCallback { continue }
            if SectionGrammar.continues(section, next.event), !opensAnother(next.event, than: section),
                !isOfAnotherTime(next.event, than: section)
            {
                return true
            }
            if opensAnother(next.event, than: section) { return false }
        }
        return false
    }

    /// True for a callback that the section has had already, or whose module is in another state than the section's.
    private func isOfAnotherTime(_ event: Event, than section: Section) -> Bool {
        guard event.message.isCallback else { return false }
        if section.events.contains(event) { return true }
        guard event.message == .callback else { return false }
        switch section.kind {
        case .coming: return event.moduleState ?? .coming != .coming
        case .going: return event.moduleState ?? .going != .going
        default: return event.moduleState ?? .live != .live
        }
    }

    /// `enabling patch 'P'` always begins anew; so does a callback or `starting` that follows its own heading.
    ///
    /// A module that goes and is applied to has come again.
    private func opensAnother(_ event: Event, than section: Section) -> Bool {
        switch event.message {
        case .enabling: true
        case .applying: section.has(.refusing) || section.events.contains(event) || isGoing(event.object, in: section)
        case .reverting: section.events.contains(event)
        case .initializing: section.events.contains(event)
        case .completing: event.direction.map { section.has(.completing, $0.reversed) } ?? false
        default: false
        }
    }

    private func isGoing(_ module: String?, in section: Section) -> Bool {
        guard case .going(let going) = section.kind else { return false }
        return module == going
    }
}
