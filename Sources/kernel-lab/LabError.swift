/// Why the lab cannot do its work: what failed, and what to do about it.
struct LabError: Error, CustomStringConvertible {
    let problem: String
    let advice: String

    init(_ problem: String, advice: String) {
        self.problem = problem
        self.advice = advice
    }

    var description: String { "\(problem)\n\(advice)" }
}
