import Conformance
import ReferenceEngine
import Testing

/// A legal log, an edit that breaks one rule, and the rule.
struct Fault: Sendable, CustomTestStringConvertible {
    let rule: RuleID
    /// What is wrong.
    let what: String
    let legal: Dmesg
    let log: Dmesg
    /// How the finding is graded; a WARN outside of livepatch makes one rule's exception.
    let severity: Finding.Severity

    /// - Parameter edit: makes the faulty log of the legal one.
    init(_ rule: RuleID, _ what: String, _ legal: Dmesg, edit: (Dmesg) -> Dmesg) {
        self.init(rule, what, legal: legal, log: edit(legal))
    }

    /// A log that is a legal one with further operations, or with operations in another order.
    init(_ rule: RuleID, _ what: String, legal: Dmesg, log: Dmesg, severity: Finding.Severity? = nil) {
        self.rule = rule
        self.what = what
        self.legal = legal
        self.log = log
        self.severity = severity ?? rule.rule.severity
    }

    var testDescription: String { "\(rule.rawValue): \(what)" }

    static let all =
        transitions + lifeCycle + callbacks + modules + statesAndShadows + shadows + replaced + stateCallbacks + logs
}
