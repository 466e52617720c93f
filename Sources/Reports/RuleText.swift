import ReferenceEngine

/// The rules in words.
public enum RuleText {
    /// All rules, one a line.
    public static var list: String { RuleID.allCases.map { "\($0.rawValue)\n" }.joined() }
    /// One rule at length; nil if there is none of that id.
    public static func explanation(of id: String) -> String? { nil }
}
