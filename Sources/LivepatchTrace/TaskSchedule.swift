import Ftrace

/// What the scheduler did with tasks for long, and what signals they got: as far as a trace has sched_switch and signal_generate.
///
/// The rounds of a transition come once a second: whoever holds it up sleeps, or runs, for as long. A trace may have millions of
/// switches; only spans of half a second and more are kept.
public struct TaskSchedule: Hashable, Sendable {
    /// What a task does.
    public enum State: Hashable, Sendable {
        /// It runs on a CPU.
        case running(cpu: Int?)
        /// It could run, and waits for a CPU.
        case waiting
        /// It is off the CPU, in the state that ps shows: S, D, I, T, t, P.
        case asleep(Character)
        /// It has exited.
        case ended
        /// It is not on a CPU; since before the trace, which does not tell more.
        case away
    }

    /// For how long a task did one thing.
    public struct Span: Hashable, Sendable {
        /// What it did.
        public var state: State
        /// The sched_switch at which it began; nil if it lies before the trace.
        public var since: Mark?
        /// When it ended, in nanoseconds of the trace's clock; nil if it did not.
        public var until: Int64?
    }

    /// A signal that a task was sent.
    public struct Signal: Hashable, Sendable {
        /// The signal's number.
        public var number: Int
        /// Who sent it, `comm:pid`.
        public var sender: String?
        /// Where.
        public var mark: Mark
    }

    /// Where and when.
    public struct Mark: Hashable, Sendable {
        /// The record's place.
        public var place: TracePlace
        /// In nanoseconds of the trace's clock.
        public var time: Int64
    }

    private var current: [Int: Span] = [:]
    private var spans: [Int: [Span]] = [:]
    private var signals: [Int: [Signal]] = [:]
    private var beginning: Int64?
    private var kept = 0

    /// Shorter spans hold no transition up.
    private static let shortest: Int64 = 500_000_000
    /// So many are kept at most, and so many tasks known.
    private static let limit = 1 << 16

    init() {}

    /// True if the trace had nothing of it.
    public var isEmpty: Bool { current.isEmpty && signals.isEmpty }

    /// What the task did at a time of the trace's clock; nil if the trace does not show it, or if it did many things around then.
    public func span(of pid: Int, at time: Int64) -> Span? {
        if let span = current[pid], (span.since?.time ?? .min) <= time { return span }
        return spans[pid]?.last { ($0.since?.time ?? .min) <= time && time < $0.until ?? .max }
    }

    /// The signals that the task was sent, in order; not SIGCHLD, which only tells of a child.
    public func signals(to pid: Int) -> [Signal] { signals[pid] ?? [] }

    /// The fields of sched_switch that count.
    static let switchFields: Set<String> = ["prev_pid", "prev_state", "next_pid"]

    /// Takes a record of sched_switch or signal_generate. Returns false for any other.
    mutating func take(_ record: TraceRecord) -> Bool {
        switch record.name {
        case "sched_switch": takeSwitch(record)
        case "signal_generate": takeSignal(record)
        default: return false
        }
        return true
    }

    private mutating func takeSwitch(_ record: TraceRecord) {
        guard let time = record.time else { return }
        beginning = beginning ?? time
        let mark = Mark(place: record.place, time: time)
        if let previous = record.fields.number("prev_pid"), let state = Self.state(record.fields) {
            enter(state, Int(clamping: previous), mark)
        }
        if let next = record.fields.number("next_pid") {
            enter(.running(cpu: record.cpu), Int(clamping: next), mark)
        }
    }

    private mutating func enter(_ state: State, _ pid: Int, _ mark: Mark) {
        // The idle tasks of all CPUs are 0.
        guard pid > 0 else { return }
        // Whoever comes to a CPU for the first time was away since the trace began.
        let isNew = if case .running = state { true } else { false }
        if var last = current[pid] ?? (isNew ? Span(state: .away, since: nil, until: nil) : nil) {
            last.until = mark.time
            keep(last, of: pid)
        }
        if current.count >= Self.limit, current[pid] == nil { current = [:] }
        current[pid] = Span(state: state, since: mark, until: nil)
    }

    private mutating func keep(_ span: Span, of pid: Int) {
        guard let until = span.until, kept < Self.limit else { return }
        let since = span.since?.time ?? beginning ?? until
        guard until.subtractingReportingOverflow(since).partialValue >= Self.shortest else { return }
        spans[pid, default: []].append(span)
        kept += 1
    }

    private mutating func takeSignal(_ record: TraceRecord) {
        guard let time = record.time, let pid = record.fields.number("pid"), let number = record.fields.number("sig"),
            number != Self.childSignal, kept < Self.limit
        else { return }
        let sender = record.task?.designation
        signals[Int(clamping: pid), default: []].append(
            Signal(number: Int(clamping: number), sender: sender, mark: Mark(place: record.place, time: time)))
        kept += 1
    }

    /// SIGCHLD on x86, arm64, s390 and powerpc.
    private static let childSignal: Int64 = 17

    /// The letters of ps for what sched_switch says of the task that leaves the CPU; a bit each in a binary trace.
    /// (TRACE_EVENT(sched_switch), 4.14 to 7.2; 256 is a task that was preempted.)
    private static func state(_ fields: [TraceField]) -> State? {
        if let text = fields.text("prev_state") { return text.first.flatMap { state($0) } }
        guard let bits = fields.number("prev_state") else { return nil }
        if bits == 0 || bits & 0x100 != 0 { return .waiting }
        let letters: [(bit: Int64, letter: Character)] = [
            (0x01, "S"), (0x02, "D"), (0x04, "T"), (0x08, "t"), (0x10, "X"), (0x20, "Z"), (0x40, "P"), (0x80, "I"),
        ]
        return letters.first { bits & $0.bit != 0 }.flatMap { state($0.letter) }
    }

    private static func state(_ letter: Character) -> State? {
        switch letter {
        case "R": .waiting
        case "X", "x", "Z": .ended
        case "S", "D", "T", "t", "P", "I": .asleep(letter)
        default: nil
        }
    }
}
