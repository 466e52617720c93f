import Conformance
import KernelLog
import LivepatchTrace
import Timeline

/// The tasks that kept a transition from its end, in a few lines.
struct BlockerText {
    let sources: [Source]

    /// So many tasks are named.
    private static let most = 5

    /// Those that were refused most often first, if the transition was held up at all.
    func lines(_ transition: TransitionHistory) -> [String] {
        (transition.isNotable ? refused(transition) : []) + lastSwitch(transition)
    }

    private func refused(_ transition: TransitionHistory) -> [String] {
        let shown = transition.blockers.prefix(Self.most).map(line)
        let rest = transition.blockers.count - shown.count
        return shown + (rest > 0 ? ["    and \(Words.count(rest, "other task"))"] : [])
    }

    /// Where nothing tells who was refused, whoever switched last may have been waited for.
    private func lastSwitch(_ transition: TransitionHistory) -> [String] {
        guard transition.blockers.isEmpty, let last = transition.lastSwitched,
            let start = transition.start?.record.time,
            let time = last.place.time, start.clock == .boot
        else { return [] }
        let waited = time.microseconds.subtractingReportingOverflow(start.microseconds).partialValue
        guard waited >= 1_000_000 else { return [] }
        return [
            "    last to switch itself: \(last.task), \(Words.duration(waited)) after the start, at \(place(last.place))"
        ]
    }

    private func line(_ blocker: Blocker) -> String {
        let what = "    kept by \(blocker.task): \(reason(blocker.reason)), \(Words.count(blocker.count, "round"))"
        return ([what] + [activity(blocker), signal(blocker), switched(blocker)].compactMap { $0 }).joined(
            separator: "; ")
    }

    private func reason(_ reason: Blocker.Reason) -> String {
        switch reason {
        case .running: "running"
        case .unreliableStack: "its stack cannot be read reliably"
        case .sleeping(let function?): "sleeping in \(function)"
        case .sleeping(nil): "a patched function is on its stack"
        case .untold: "refused"
        }
    }

    private func activity(_ blocker: Blocker) -> String? {
        guard let activity = blocker.activity else { return nil }
        let what =
            switch activity.state {
            case .running(let cpu): cpu.map { "on CPU \($0)" } ?? "on a CPU"
            case .waiting: "waiting for a CPU"
            case .asleep(let letter): "\(Self.words(letter)) (\(letter))"
            case .ended: "exited"
            case .away: "off the CPUs"
            }
        return "\(what) since \(activity.since.map(place) ?? "before the trace")"
    }

    private static func words(_ letter: Character) -> String {
        switch letter {
        case "S": "asleep"
        case "D": "asleep, deaf to signals"
        case "I": "idle"
        case "T": "stopped"
        case "t": "stopped by a debugger"
        case "P": "parked"
        default: "off the CPUs"
        }
    }

    private func signal(_ blocker: Blocker) -> String? {
        guard let signal = blocker.signal else { return nil }
        let sender = signal.sender.map { " from \($0)" } ?? ""
        return "signal \(signal.number)\(sender) at \(place(signal.place))"
    }

    private func switched(_ blocker: Blocker) -> String? {
        blocker.switched.map { end in
            switch end.way {
            case .byItself: "switched itself at \(place(end.place))"
            case .byRound: "switched by the round at \(place(end.place))"
            case .untilRound: "switched by the round at \(place(end.place)), or before it"
            }
        }
    }

    /// `trace.txt:984, 24.779786 s`.
    private func place(_ record: LogRecord) -> String { Location.text(record, sources) }
}
