import ArgumentParser
import Reports

/// `klp-verify explain RULE`: what a rule says.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a rule, for example KLP-C048, or an invariant; without one, list all.")

    @Argument(
        help: ArgumentHelp(
            "The rule's id, in any case, with or without 'KLP-', or the invariant's name.", valueName: "rule"))
    var rule: String?

    func run() throws {
        guard let rule else { return Output.data(RuleText.list) }
        guard let text = RuleText.explanation(of: rule) else {
            throw InputError("there is no rule '\(rule)'; 'klp-verify explain' lists all")
        }
        Output.data(text)
    }
}
