import GoldenCases
import KernelLog
import Livepatch
import Reconstruction

/// Sentences about a log that was held against a prediction.
enum GoldenWords {
    /// `line 12, 3.456 s: livepatch: ...`
    static func place(_ observation: Observation) -> String { place(observation.record) }

    /// The same of a record.
    static func place(_ record: LogRecord) -> String {
        let stamp = Words.stamp(record.time)
        let time = stamp.isEmpty ? "" : ", \(stamp)"
        let message = record.message.split(separator: "\n", maxSplits: 1).first ?? ""
        return "line \(record.place.line)\(time): \(message)"
    }

    /// What became of the log in one sentence.
    static func summary(_ check: LogCheck) -> String {
        let kernel = "as predicted for \(check.generation.rawValue)"
        switch check.outcome {
        case .passed: return "\(kernel), \(Words.count(check.matchedCount, "line"))"
        case .failed:
            let what = check.crash == nil ? "not \(kernel)" : "the kernel crashed"
            return "\(what); \(check.matchedCount) of \(Words.count(check.lines.count, "predicted line")) are there"
        case .inconclusive(let reason): return words(reason)
        }
    }

    /// Why it cannot be told, and what would help.
    static func words(_ reason: LogCheck.Reason) -> String {
        switch reason {
        case .windowLost:
            "the line that marks the beginning of the test (heading or canary) is not in the log; if the ring buffer overflowed, boot with a larger "
                + "log_buf_len= and repeat the test"
        case .beginsLate:
            "the log begins in the middle of the test; take it from the boot on, or mark the beginning (--canary)"
        case .nothingSeen:
            "there is not one line of livepatch in the log; were the steps performed, and is CONFIG_LIVEPATCH set?"
        case .notDone(let reason): "the steps were not performed: \(reason)"
        case .endsEarly(let step):
            "the log ends in step \(step + 1) of the scenario; take it again after the last step"
        case .tooFast(let step):
            "the transition was complete before step \(step + 2), so that the steps came to something else than the scenario "
                + "is about; repeat the test, or hold the transition up"
        case .lost:
            "the log has lost lines, and predicted ones are not there; repeat the test with a larger log_buf_len="
        }
    }

    /// Predicted against seen, as a unified diff of bare lines. What was not shown is taken as seen.
    static func diff(_ check: LogCheck, _ name: String) -> String {
        let predicted = check.lines.map(\.predicted.text)
        var seen: [(index: Int, text: String)] = []
        var last = -1
        for line in check.lines {
            switch line.status {
            case .matched(let observation), .differs(let observation):
                last = observation.index
                let isSame = if case .matched = line.status { true } else { false }
                seen.append((last, isSame ? line.predicted.text : observation.record.message))
            case .outOfOrder(let observation): seen.append((observation.index, line.predicted.text))
            case .notShown: seen.append((last, line.predicted.text))
            case .missing: break
            }
        }
        seen += check.unexpected.map { ($0.index, $0.record.message) }
        let order = seen.enumerated().sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }
        return UnifiedDiff(predicted, order.map(\.element.text), names: ("predicted", name)).text
    }
}
