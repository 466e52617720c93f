import Conformance
import FoundationEssentials
import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine
import Timeline

/// The report for programs: one JSON object a line, each with `schema` and `type`.
///
/// `verdict` lines tell of a boot, `finding` and `undecided` lines of a place in it, `event` lines (on request) of what
/// was recognised, `source` lines of inputs that could not be read. Fields are added, never changed, within schema 1.
public struct JSONLinesReport {
    private let report: Report
    private let includesEvents: Bool

    /// Puts a `JSONLinesReport` together from its parts.
    public init(_ report: Report, includesEvents: Bool = false) {
        self.report = report
        self.includesEvents = includesEvents
    }

    /// All lines.
    public var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return objects.compactMap { object in
            (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) + "\n" }
        }.joined()
    }

    private var objects: [JSONLine] {
        let failed = report.sources.compactMap { source in
            source.error.map { JSONLine(type: "source", source: source.name, message: $0.description) }
        }
        return failed + report.boots.enumerated().flatMap { number, boot in lines(of: boot, number + 1) }
    }

    private func lines(of boot: Analysis, _ number: Int) -> [JSONLine] {
        var head = JSONLine(type: "verdict", boot: number)
        head.source = boot.boot.sources.first.flatMap {
            report.sources.indices.contains($0) ? report.sources[$0].name : nil
        }
        head.verdict = report.verdict(of: boot).rawValue
        head.kernel = boot.boot.kernelRelease
        head.generations = boot.generations.map(\.rawValue)
        head.operations = boot.operations.count { $0.operation != nil && !$0.isLost }
        head.livepatches = boot.histories.map { JSONLivepatch($0) }
        if !boot.shadowUses.isEmpty { head.shadowVariables = boot.shadowUses.map { JSONShadowUse($0) } }
        let traced = boot.tracedShadowUses
        if !traced.isEmpty { head.tracedShadowVariables = traced.map { JSONTracedShadowUse($0, report.sources) } }
        head.lost = boot.boot.losses.count + report.missing(of: boot).count
        if !boot.traces.isEmpty { head.traces = boot.traces.map { JSONTrace($0, report.sources) } }
        head.notChecked = NotChecked(boot: boot, sources: report.sources).sentences
        let findings = boot.findings.map { finding in
            var line = JSONLine(type: "finding", boot: number)
            line.rule = finding.rule.rawValue
            line.severity = finding.severity.rawValue
            line.title = FindingText(finding: finding, generations: boot.generations).title
            line.place(finding.place, report.sources)
            line.because = finding.because?.record.place.line
            return line
        }
        let open = boot.undecided.map { undecided in
            var line = JSONLine(type: "undecided", boot: number)
            line.title = UndecidedText.sentence(undecided, in: boot.generations)
            line.patch = undecided.patch
            line.place(undecided.place, report.sources)
            return line
        }
        let refusals = RefusalText(boot: boot, sources: report.sources).sentences.map { refusal in
            var line = JSONLine(type: "refusal", boot: number)
            line.title = refusal.text
            line.name = refusal.name
            line.number = refusal.errno
            line.place(refusal.place, report.sources)
            return line
        }
        return [head] + findings + open + refusals + (includesEvents ? boot.observations.map { event($0, number) } : [])
    }

    private func event(_ observation: Observation, _ number: Int) -> JSONLine {
        var line = JSONLine(type: "event", boot: number)
        let event = observation.event
        line.event = event.message.rawValue
        line.patch = event.patch
        line.object = event.object
        line.direction = event.direction?.rawValue
        line.callback = event.callback?.rawValue
        line.moduleState = event.moduleState?.rawValue
        line.number = event.number
        line.name = event.name
        line.shadow = event.shadow.map { JSONShadow($0) }
        line.place(observation, report.sources)
        return line
    }
}

/// One line of the report; fields that are nil are left out.
struct JSONLine: Encodable {
    let schema = "klp-verify/1"
    let type: String
    var boot: Int?
    var source: String?
    var line: Int?
    var offset: Int?
    var witnesses: [JSONWitness]?
    var time: Double?
    var message: String?
    var verdict: String?
    var kernel: String?
    var generations: [String]?
    var operations: Int?
    var livepatches: [JSONLivepatch]?
    var shadowVariables: [JSONShadowUse]?
    var tracedShadowVariables: [JSONTracedShadowUse]?
    var lost: Int?
    var notChecked: [String]?
    var traces: [JSONTrace]?
    var rule: String?
    var severity: String?
    var title: String?
    var because: Int?
    var event: String?
    var patch: String?
    var object: String?
    var direction: String?
    var callback: String?
    var moduleState: String?
    var number: Int?
    var name: String?
    var shadow: JSONShadow?

    init(type: String, boot: Int? = nil, source: String? = nil, message: String? = nil) {
        self.type = type
        self.boot = boot
        self.source = source
        self.message = message
    }

    enum CodingKeys: String, CodingKey {
        case schema, type, boot, source, line, offset, witnesses, time, message, verdict, kernel, generations,
            operations, livepatches,
            lost, traces
        case shadowVariables = "shadow_variables"
        case tracedShadowVariables = "traced_shadow_variables"
        case notChecked = "not_checked"
        case rule, severity, title, because, event, patch, object, direction, callback
        case moduleState = "module_state"
        case number, name, shadow
    }

    mutating func place(_ observation: Observation?, _ sources: [Source]) {
        guard let observation else { return }
        source = Location.name(observation.record.place, sources)
        let place = observation.record.place
        line = place.line > 0 ? place.line : nil
        offset = place.line > 0 ? nil : place.offset
        witnesses = observation.witnesses.isEmpty ? nil : observation.witnesses.map { JSONWitness($0, sources) }
        message = observation.record.message
        if let stamp = observation.record.time, stamp.clock == .boot { time = Double(stamp.microseconds) / 1_000_000 }
    }
}

/// Another record that says the same.
struct JSONWitness: Encodable {
    let source: String
    let line: Int?
    let offset: Int?
    let message: String

    init(_ record: LogRecord, _ sources: [Source]) {
        source = Location.name(record.place, sources)
        line = record.place.line > 0 ? record.place.line : nil
        offset = record.place.line > 0 ? nil : record.place.offset
        message = record.message
    }
}

/// A trace beside the other sources.
struct JSONTrace: Encodable {
    let source: String
    let shared: Int?
    let offset: Double?
    let spread: Double?
    let nameless: Int

    init(_ aligned: AlignedTrace, _ sources: [Source]) {
        source = Location.name(aligned.trace.source, sources)
        shared = aligned.alignment?.shared
        offset = aligned.alignment?.offset.map { Double($0) / 1_000_000 }
        spread = aligned.alignment?.offset.map { _ in Double(aligned.alignment?.spread ?? 0) / 1_000_000 }
        nameless = aligned.nameless.count { !$0.event.message.isShadowOutput }
    }

    enum CodingKeys: String, CodingKey {
        case source
        case shared = "events_in_both"
        case offset = "clock_ahead_seconds"
        case spread = "clock_spread_seconds"
        case nameless = "events_without_name"
    }
}

/// A livepatch's history, in short.
struct JSONLivepatch: Encodable {
    let name: String
    let status: String
    let enabled: Int
    let callbacks: Int
    let transitions: [JSONTransition]

    init(_ history: LivepatchHistory) {
        name = history.name
        enabled = history.enableCount
        callbacks = history.callbackCount
        transitions = history.transitions.map { JSONTransition($0) }
        status =
            switch history.status {
            case .enabled: "enabled"
            case .enabledOrReplaced: "enabled_or_replaced"
            case .disabled: "disabled"
            case .replaced: "replaced"
            case .inTransition: "in_transition"
            case .refused: "refused"
            case .unknown: "unknown"
            }
    }

    enum CodingKeys: String, CodingKey {
        case name, status, callbacks, transitions
        case enabled = "times_enabled"
    }
}

/// A task that kept a transition from its end.
struct JSONBlocker: Encodable {
    let task: String
    let reason: String
    let function: String?
    let rounds: Int
    /// What the scheduler did with it: `running`, `waiting`, `exited`, or the letter of ps.
    let state: String?
    /// How it was switched: `itself`, by a `round`, or in one of these ways `by then`.
    let switched: String?
    /// When, in seconds of the boot's clock.
    let switchedAt: Double?

    init(_ blocker: Blocker) {
        task = blocker.task
        rounds = blocker.count
        switch blocker.reason {
        case .running: (reason, function) = ("running", nil)
        case .unreliableStack: (reason, function) = ("unreliable stack", nil)
        case .sleeping(let name): (reason, function) = ("sleeping", name)
        case .untold: (reason, function) = ("unknown", nil)
        }
        state = blocker.activity.map { activity in
            switch activity.state {
            case .running: "running"
            case .waiting: "waiting"
            case .asleep(let letter): String(letter)
            case .ended: "exited"
            case .away: "off"
            }
        }
        switched = blocker.switched.map { end in
            switch end.way {
            case .byItself: "itself"
            case .byRound: "round"
            case .untilRound: "by then"
            }
        }
        switchedAt = blocker.switched?.place.time.map { Double($0.microseconds) / 1_000_000 }
    }

    enum CodingKeys: String, CodingKey {
        case task, reason, function, rounds, state, switched
        case switchedAt = "switched_at"
    }
}

/// A transition, in short.
struct JSONTransition: Encodable {
    let direction: String
    let seconds: Double?
    let isComplete: Bool
    let reversals: Int
    let isSignaled: Bool
    let isForced: Bool
    let blockers: [String]
    let waits: [JSONBlocker]

    init(_ transition: TransitionHistory) {
        direction = transition.direction.rawValue
        seconds = transition.duration.map { Double($0) / 1_000_000 }
        isComplete = transition.end != nil
        reversals = transition.reversals
        isSignaled = transition.signal != nil
        isForced = transition.force != nil
        blockers = transition.blockers.map(\.task)
        waits = transition.blockers.map(JSONBlocker.init)
    }

    enum CodingKeys: String, CodingKey {
        case direction, seconds, reversals, blockers
        case waits = "waited_for"
        case isComplete = "complete"
        case isSignaled = "signaled"
        case isForced = "forced"
    }
}
