import Conformance
import Livepatch

/// An undecided expectation in words.
enum UndecidedText {
    static func sentence(_ undecided: Undecided, in generations: [Generation]) -> String {
        let who = undecided.patch.map { $0.isEmpty ? "a livepatch" : "'\($0)'" } ?? "livepatch"
        let missing = Words.list(undecided.missing.prefix(3).map { Words.event($0.event, in: generations) })
        let more = undecided.missing.count > 3 ? " and \(undecided.missing.count - 3) more" : ""
        let lines = missing.isEmpty ? "" : ": not seen: \(missing)\(more)"
        switch undecided.reason {
        case .beganBefore: return "an operation of \(who) began before the log\(lines)"
        case .pending: return "an operation of \(who) was not over at the end of the log\(lines)"
        case .loss: return "lines of \(who) may be among those that were lost\(lines)"
        case .seam: return "the text may have been cut within an operation of \(who)\(lines)"
        case .silentLoss:
            return "several lines of \(who) in a row are not in the log, nor any other from that time\(lines)"
        case .crash: return "the kernel crashed or hung while \(who) was at work\(lines)"
        case .unorderedSource: return "this source proves neither order nor absence of lines of \(who)\(lines)"
        case .loadNotProven:
            return "the module's init function printed, and no callback of \(who) says that its load succeeded\(lines)"
        case .otherLoad: return "another load of \(who) printed what this one did not (rebuilt, or broken)\(lines)"
        case .noCallbackVisible: return "the manifest gives \(who) callbacks, but the log shows none of them"
        }
    }

    /// What would decide it.
    static func advice(_ reason: Undecided.Reason) -> String {
        switch reason {
        case .beganBefore: "a log that begins earlier decides it"
        case .pending: "a later log of the same boot decides it"
        case .loss: "a complete log decides it (log_buf_len=, journal, a faster reader)"
        case .seam: "the unabridged log decides it"
        case .silentLoss: "a log without filter decides it (dmesg instead of the console)"
        case .crash: "see the crash or lockup first"
        case .unorderedSource: "a log from the machine itself decides it"
        case .loadNotProven: "if insmod failed, all is well; if it did not, the callbacks are missing"
        case .otherLoad: "a manifest of the livepatch decides it"
        case .noCallbackVisible: "a log with the information level (6) decides it"
        }
    }
}
