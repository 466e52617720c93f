import ArgumentParser
import Glibc
import Livepatch
import Reports
import Scenarios
import Simulation

/// `klp-verify diff-generations SCENARIO A B`: what two generations make of one scenario.
struct DiffGenerationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff-generations",
        abstract: "Show side by side what two generations of the kernel print for a scenario.",
        discussion: """
            Without generations it says which of them print the same. Generations: \(Generation.names).
            """)

    @OptionGroup var scenario: ScenarioArgument

    @Argument(help: ArgumentHelp("One generation.", valueName: "a"))
    var first: Generation?

    @Argument(help: ArgumentHelp("The other.", valueName: "b"))
    var second: Generation?

    @Option(help: "How many characters a line may have. Default: the terminal's, or 160.")
    var width: Int?

    @Flag(help: "Show the steps in which they do not differ, too.")
    var all = false

    @Flag(inversion: .prefixedNo, help: "Print livepatch's debug lines (dynamic debug).")
    var debugLines = true

    func validate() throws {
        if first != nil, second == nil { throw ValidationError("name the other generation too, or none") }
        if first == nil, all || width != nil || !debugLines {
            throw ValidationError("--all, --width and --no-debug-lines are for two generations: name them")
        }
    }

    func run() throws {
        let (value, name) = try ScenarioReading.read(scenario.path)
        let chosen = [first, second].compactMap { $0 }
        let sides = try (chosen.isEmpty ? Generation.allCases : chosen).map {
            try ScenarioReading.simulate(value, $0, name, mayFailOtherwise: true)
        }
        guard !chosen.isEmpty else { return Output.data(GenerationGroups(of: sides).text) }
        let columns = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
        Output.data(
            GenerationsDiff(
                of: value, sides[0], sides[1], width: width ?? Output.columns ?? columns ?? 160, showsAll: all,
                showsDebugLines: debugLines
            ).text)
    }
}
