import Ftrace
import KernelLog
import Livepatch
import Reconstruction
import Timeline

/// What all sources together tell of one boot.
public struct Evidence: Sendable {
    /// The boot, as its logs show it; of a trace alone its lines and functions stand for a log.
    public var boot: Boot
    /// What has a meaning, in order; what a log and a trace both tell stands there once.
    public var observations: [Observation]
    /// The traces of the boot.
    public var traces: [AlignedTrace] = []

    /// A boot that only logs tell of.
    public init(_ boot: Boot, by recogniser: Recogniser) {
        self.boot = boot
        observations = Observation.all(of: boot, by: recogniser)
    }
}

/// A trace of a boot.
public struct AlignedTrace: Sendable {
    /// The trace.
    public var trace: LivepatchTrace
    /// How its clock stands to that of the other sources; nil if there is none.
    public var alignment: ClockAlignment?

    /// The trace's events that no name ties to a livepatch, and that no other source tells of.
    public var nameless: [TracedEvent] {
        let shared = Set(alignment?.pairs.map(\.trace) ?? [])
        return trace.events.enumerated()
            .filter { $0.element.isNameless && $0.element.evidence == .function && !shared.contains($0.offset) }
            .map(\.element)
    }
}

extension Evidence {
    /// Puts together what is of one boot: each trace with the boot with which it shares most events, and by itself if there is
    /// none.
    ///
    /// - Parameters:
    ///   - recogniser: reads the kernel's own lines.
    ///   - areTogether: whether two sources, by their numbers, are kept in one place: then they rather are of one boot.
    public static func sets(
        boots: [Boot], traces: [LivepatchTrace], by recogniser: Recogniser,
        areTogether: (Int, Int) -> Bool = { _, _ in false }
    ) -> [Evidence] {
        var sets = boots.map { Evidence($0, by: recogniser) }
        // Traces with the kernel's own lines first: they show best which boot they are of.
        let isPlain = { (trace: LivepatchTrace) in trace.hasLines ? 0 : 1 }
        for trace in traces.sorted(by: { (isPlain($0), $0.source) < (isPlain($1), $1.source) }) {
            let candidates = sets.indices.compactMap { place in
                ClockAlignment.between(sets[place], trace).map { alignment in
                    let isNear = sets[place].boot.sources.contains { areTogether($0, trace.source) }
                    return (place: place, alignment: alignment, isNear: isNear ? 1 : 0)
                }
            }
            let best = candidates.max { one, other in
                (one.isNear, one.alignment.close, other.alignment.distance)
                    < (other.isNear, other.alignment.close, one.alignment.distance)
            }
            if let best {
                sets[best.place].add(trace, best.alignment)
            } else {
                sets.append(Evidence(trace))
            }
        }
        return sets
    }
}

extension LivepatchTrace {
    /// True if the trace holds lines that the kernel printed about livepatches (printk:console).
    public var hasLines: Bool {
        events.contains { $0.evidence == .printed && $0.event.message.belongsToSection }
    }
}

// MARK: - A trace alone

extension Evidence {
    /// What a trace tells alone.
    init(_ trace: LivepatchTrace) {
        boot = Boot(
            sources: [trace.source], losses: trace.losses.map { Loss($0, offset: 0) }, release: trace.kernelRelease)
        let followsModules = trace.followsModules
        observations = trace.observations(offset: 0) {
            !$0.isNameless && $0.evidence != .attempt && (followsModules || !$0.isAboutModule)
        }
        .map(\.observation)
        for index in observations.indices { observations[index].index = index }
        boot.entries = observations.map {
            Entry(record: $0.record, gap: $0.gap, leastImportantBetween: $0.leastImportantBetween)
        }
        traces = [AlignedTrace(trace: trace, alignment: nil)]
    }
}

extension TracedEvent {
    /// True for what is done about a target module.
    fileprivate var isAboutModule: Bool {
        guard evidence != .printed, event.message.belongsToSection, let object = event.object else { return false }
        return object != Event.vmlinux
    }
}

extension LivepatchTrace {
    /// True if the trace shows modules come and go: by the kernel's lines, or by all functions that handle them. Without one of these
    /// nothing tells which modules are loaded.
    fileprivate var followsModules: Bool {
        guard !hasLines else { return true }
        let entered = Set(
            steps.compactMap { if case .entry(let function) = $0.kind { function.name } else { nil } })
        let functions = ["klp_module_coming", "klp_module_going", "klp_init_object_loaded", "klp_patch_object"]
        return entered.isSuperset(of: functions) && !hasUnseenReverts
    }

    /// The events as observations, by their places; gaps stand where the trace lost something.
    ///
    /// - Parameters:
    ///   - offset: how far the trace's clock is ahead, in microseconds.
    ///   - hasCalls: false where events are put beside a log by their order alone: nobody knows then which of several calls each of them
    ///     is of.
    fileprivate func observations(
        offset: Int64, hasCalls: Bool = true, where isIncluded: (TracedEvent) -> Bool
    ) -> [(place: Int, observation: Observation)] {
        let lasting = losses.filter(\.lasts).min { $0.stands(before: $1) }
        var losses = losses.filter { !$0.lasts }.sorted { $0.stands(before: $1) }[...]
        let calls =
            hasCalls
            ? SectionCalls.numbers(of: steps, areLinesOwn: areLinesOwn) : Array(repeating: nil, count: steps.count)
        return events.enumerated().compactMap { place, event in
            guard isIncluded(event) else { return nil }
            var gap: Gap?
            while let loss = losses.first, loss.comesBefore(event.record) {
                gap = .loss(Loss(loss, offset: offset))
                losses.removeFirst()
            }
            if let lasting, lasting.comesBefore(event.record), lasting.time != event.record.time {
                gap = .loss(Loss(lasting, offset: offset))
            }
            return (place, Observation(event, gap: gap, offset: offset, calls: calls))
        }
    }
}

extension TraceLoss {
    /// Losses are known by CPU; a text trace has them in their places.
    fileprivate func stands(before other: TraceLoss) -> Bool {
        if let line = place.line, let later = other.place.line { return line < later }
        return time ?? .min < other.time ?? .min
    }

    fileprivate func comesBefore(_ record: TraceRecord) -> Bool {
        if let line = place.line, let other = record.place.line { return line <= other }
        guard let time, let other = record.time else { return true }
        return time <= other
    }
}

extension Loss {
    fileprivate init(_ loss: TraceLoss, offset: Int64) {
        self.init(
            place: Place(loss.place), time: LogTime(loss.time, offset: offset),
            evidence: loss.lasts ? .traceDamage : .traceLoss, count: loss.count)
    }
}

extension Place {
    /// A place of a trace as reports cite it.
    public init(_ place: TracePlace) {
        self.init(source: place.source, line: place.line ?? 0, offset: place.offset)
    }
}

extension LogTime {
    fileprivate init?(_ nanoseconds: Int64?, offset: Int64) {
        guard let nanoseconds else { return nil }
        self.init(clock: .boot, microseconds: nanoseconds / 1000 - offset)
    }
}

extension LogRecord {
    /// A record of a trace as it is cited.
    ///
    /// - Parameter offset: how far the trace's clock is ahead of the boot's, in microseconds.
    public init(_ record: TraceRecord, offset: Int64) {
        self.init(
            place: Place(record.place), time: LogTime(record.time, offset: offset),
            caller: record.task.map { "T\($0.pid)" }, message: record.title)
    }
}

extension TraceRecord {
    /// The event as text: the kernel's own line, or the function with its arguments.
    public var title: String {
        if name == "console", let message = fields.text("msg") { return message }
        if let text { return text.isEmpty ? name : "\(name): \(text)" }
        let arguments = fields.map { field in
            switch field.value {
            case .text(let text): "\(field.name)=\"\(text)\""
            case .number(let number): "\(field.name)=\(number)"
            }
        }
        return ([name + (arguments.isEmpty ? "" : ":")] + arguments).joined(separator: " ")
    }
}

extension Observation {
    fileprivate init(_ event: TracedEvent, gap: Gap?, offset: Int64, calls: [Int?]) {
        var record = LogRecord(event.record, offset: offset)
        // That it was over by then tells nothing of when, and another task may show it.
        if event.evidence == .laterFunction {
            record.time = nil
            record.caller = nil
        }
        self.init(
            index: 0, event: event.event, record: record, gap: gap,
            // Everything between was recorded: a trace counts what it loses.
            leastImportantBetween: 6, generations: event.generations, isPrinted: event.evidence == .printed,
            replaces: event.replaces,
            witnesses: event.witnesses.map { LogRecord($0.wrappedValue, offset: offset) },
            // It was over by then; nothing says since when.
            steps: event.evidence == .laterFunction
                ? []
                : event.steps.enumerated().map { place, step in
                    // Of others it is not sure that they are witnesses of this event, and not of one like it.
                    StepReference(source: event.record.place.source, step: step, call: place == 0 ? calls[step] : nil)
                })
    }
}

// MARK: - A trace beside others

extension Evidence {
    /// Adds a trace of the same boot: what is shared gets a witness, what only the trace tells is put in its place.
    mutating func add(_ trace: LivepatchTrace, _ alignment: ClockAlignment) {
        let offset = alignment.offset ?? 0
        let shared = Dictionary(alignment.pairs.map { ($0.trace, $0.log) }) { first, _ in first }
        let own = trace.observations(offset: offset, hasCalls: alignment.offset != nil) { _ in true }
        for (place, observation) in own {
            guard let other = shared[place] else { continue }
            observations[other].witnesses += [observation.record] + observation.witnesses
            observations[other].steps += observation.steps
            observations[other].replaces = observations[other].replaces ?? observation.replaces
        }
        if trace.hasLines, trace.losses.isEmpty { fillGaps(Set(shared.values)) }
        observations = woven(own, shared, trace, hasStamps: alignment.offset != nil)
        for index in observations.indices { observations[index].index = index }
        boot.sources = Set(boot.sources + [trace.source]).sorted()
        boot.losses += trace.losses.map { Loss($0, offset: offset) }
        boot.release = boot.release ?? trace.kernelRelease
        traces.append(AlignedTrace(trace: trace, alignment: alignment))
    }

    /// What a log lost between two lines that the trace has too, the trace shows.
    private mutating func fillGaps(_ shared: Set<Int>) {
        for place in observations.indices.dropFirst() where shared.contains(place) && shared.contains(place - 1) {
            if case .loss = observations[place].gap { observations[place].gap = nil }
        }
    }

    /// The observations with those of the trace that no other source tells of. Between two shared ones stamps decide.
    private func woven(
        _ own: [(place: Int, observation: Observation)], _ shared: [Int: Int], _ trace: LivepatchTrace, hasStamps: Bool
    ) -> [Observation] {
        var result: [Observation] = []
        var next = 0
        let firstShared = shared.keys.min() ?? 0
        let lastShared = shared.keys.max() ?? 0
        // Where the next shared event stands, for each place of the trace.
        var limits = [Int](repeating: observations.count, count: trace.events.count + 1)
        for place in trace.events.indices.reversed() { limits[place] = shared[place] ?? limits[place + 1] }
        for (place, observation) in own {
            if let other = shared[place] {
                if other >= next { result += observations[next...other] }
                next = max(next, other + 1)
                continue
            }
            let event = trace.events[place]
            guard !event.isNameless, event.isProven else { continue }
            // Beyond the log nothing but probes tells, and nobody need have set all of them.
            guard
                event.evidence == .printed || !event.event.message.belongsToSection
                    || (place > firstShared && place < lastShared)
            else { continue }
            while hasStamps, next < limits[place], observations[next].isBefore(observation) {
                result.append(observations[next])
                next += 1
            }
            var added = observation
            added.gap = nil
            added.leastImportantBetween = nil
            result.append(added)
        }
        return result + observations[next...]
    }
}

extension Observation {
    fileprivate func isBefore(_ other: Observation) -> Bool {
        guard let time = record.time, let later = other.record.time else { return false }
        return time.microseconds < later.microseconds
    }
}
