import Conformance
import Exploration
import Livepatch
import ReferenceEngine

/// The rules and the invariants in words, for `klp-verify explain`.
public enum RuleText {
    /// All rules, one a line, then all invariants.
    public static var list: String {
        RuleID.allCases.map { "\($0.rawValue)  \($0.rule.title)\n" }.joined()
            + "\nInvariants of 'klp-verify explore':\n\n" + Invariant.all.map { "\($0.name)\n" }.joined()
            + "\n'klp-verify explain RULE' tells one at length.\n"
    }

    /// One rule or invariant at length; nil if there is none of that name.
    ///
    /// - Parameter id: `KLP-C048`, `c048` or `C48`; or an invariant's name.
    public static func explanation(of id: String) -> String? {
        if let invariant = Invariant.named(id.lowercased()) { return explanation(of: invariant) }
        let wanted = normal(id)
        guard let rule = RuleID.allCases.first(where: { normal($0.rawValue) == wanted })?.rule else { return nil }
        let generations = rule.generations.members
        let range =
            generations.count == Generation.released.count
            ? "all" : "\(generations.first?.rawValue ?? "none") to \(generations.last?.rawValue ?? "none")"
        let parts = [
            ("", rule.statement), ("generations", range), ("severity", rule.severity.rawValue),
            ("proves a violation", rule.proof), ("cannot be decided", rule.undecidable),
            ("in the kernel", rule.kernelFunctions.joined(separator: "; ")), ("what to do", rule.help),
        ]
        return "\(rule.id.rawValue): \(rule.title)\n"
            + parts.map { label, text in
                "\n" + wrapped(label.isEmpty ? text : "\(label): \(text)")
            }.joined()
    }

    private static func explanation(of invariant: Invariant) -> String {
        let generations = Generation.allCases.filter { invariant.isPromised($0.policies) }.map(\.rawValue)
        let parts = [
            invariant.statement, "promised by: \(invariant.promise) (\(generations.joined(separator: ", ")))",
            "comes from: \(invariant.source)", "what to look at: \(invariant.advice)",
        ]
        return "\(invariant.name)\n" + parts.map { "\n" + wrapped($0) }.joined()
    }

    private static func normal(_ id: String) -> String {
        var text = id.lowercased()
        if text.hasPrefix("klp-") { text.removeFirst(4) }
        let digits = text.drop { !$0.isNumber }.drop { $0 == "0" }
        return String(text.prefix { !$0.isNumber }) + String(digits)
    }

    /// Breaks a paragraph at blanks so that it fits a terminal of 80 columns.
    static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            if let last = lines.last, !last.isEmpty, last.count + 1 + word.count > 79 { lines.append("") }
            lines[lines.count - 1] += (lines.last?.isEmpty == true ? "" : " ") + word
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
