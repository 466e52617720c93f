import Livepatch
import ReferenceEngine

/// One rule that the checker enforces, in words: what `klp-verify explain KLP-T001` shows.
///
/// The words are about the kernel's source, so that a kernel developer can check every statement against the functions
/// that are named. What a rule means for one particular log is said by the reports.
public struct Rule: Hashable, Sendable {
    /// Its identifier.
    public let id: RuleID
    /// What it says, as a heading.
    public let title: String
    /// What must hold.
    public let statement: String
    /// The generations in which it holds.
    public let generations: GenerationSet
    /// What in a log proves that it was broken.
    public let proof: String
    /// What leaves it open whether it was broken, besides `undecidableEverywhere`.
    public let undecidable: String
    /// The kernel's functions that make it so, and the kernels that have them.
    public let kernelFunctions: [String]
    /// How bad it is if the rule is broken.
    public let severity: Finding.Severity
    /// What to do next.
    public let help: String
    /// True if only a trace can show that it was broken.
    public let needsTrace: Bool

    init(
        _ id: RuleID, _ title: String, _ generations: GenerationSet, severity: Finding.Severity = .error,
        needsTrace: Bool = false, statement: String, proof: String, undecidable: String, in kernelFunctions: [String],
        help: String
    ) {
        self.id = id
        self.title = title
        self.statement = statement
        self.generations = generations
        self.proof = proof
        self.undecidable = undecidable
        self.kernelFunctions = kernelFunctions
        self.severity = severity
        self.needsTrace = needsTrace
        self.help = help
    }

    /// Every rule, in the order of `RuleID`.
    public static let all: [Rule] = RuleID.allCases.map(\.rule)

    /// True if logs are judged by it: those of released kernels are, and of proposals those with callbacks of states.
    public var isJudgedByLines: Bool {
        !needsTrace && generations.members.contains(where: \.isToldByLines)
    }

    /// What leaves any rule open.
    public static let undecidableEverywhere = """
        The log begins or ends in the middle of the operation; records are proven to be missing there; several \
        consecutive lines are missing and nothing shows that the log was kept meanwhile; somebody cut the excerpt \
        there; the kernel had crashed before; or the source (netconsole, remote syslog) keeps neither order nor every line.
        """
}
