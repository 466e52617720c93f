import Conformance
import Livepatch
import ReferenceEngine

/// The rules in words, for `klp-verify explain`.
public enum RuleText {
    /// All rules, one a line.
    public static var list: String {
        RuleID.allCases.map { "\($0.rawValue)  \($0.rule.title)\n" }.joined()
            + "\n'klp-verify explain RULE' tells one at length.\n"
    }

    /// One rule at length; nil if there is none of that id.
    ///
    /// - Parameter id: `KLP-C048`, `c048` or `C48`.
    public static func explanation(of id: String) -> String? {
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

    private static func normal(_ id: String) -> String {
        var text = id.lowercased()
        if text.hasPrefix("klp-") { text.removeFirst(4) }
        let digits = text.drop { !$0.isNumber }.drop { $0 == "0" }
        return String(text.prefix { !$0.isNumber }) + String(digits)
    }

    /// Breaks a paragraph at blanks so that it fits a terminal of 80 columns.
    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            if let last = lines.last, !last.isEmpty, last.count + 1 + word.count > 79 { lines.append("") }
            lines[lines.count - 1] += (lines.last?.isEmpty == true ? "" : " ") + word
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
