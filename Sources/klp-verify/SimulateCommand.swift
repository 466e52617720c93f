import ArgumentParser
import Livepatch
import Reports
import Scenarios
import Simulation

/// `klp-verify simulate SCENARIO`: what a kernel prints.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Print the log that a kernel must write when a scenario is performed.",
        discussion: """
            Lines that begin with '%' and '#' say what is done; the kernel prints the others. 'klp-verify \
            golden check' compares them with a log.
            """)

    @OptionGroup var scenario: ScenarioArgument

    @Option(help: "The kernel: \(Generation.names). Default: the scenario's newest.")
    var generation: Generation?

    @Flag(inversion: .prefixedNo, help: "Print livepatch's debug lines (dynamic debug).")
    var debugLines = true

    @Flag(inversion: .prefixedNo, help: "Print what is done, not only what the kernel says.")
    var steps = true

    @Option(help: "dmesg, or jsonl (one JSON object a line).")
    var format: Format = .dmesg

    /// How the log is rendered.
    enum Format: String, ExpressibleByArgument, CaseIterable { case dmesg, jsonl }

    func run() throws {
        let (value, name) = try ScenarioReading.read(scenario.path)
        let kernel = generation ?? value.newestGeneration
        let simulation = try ScenarioReading.simulate(value, kernel, name)
        for note in Unsupported.notes(value, kernel) { Output.error("klp-verify: \(note)") }
        let log = SimulatedLog(simulation, showsDebugLines: debugLines, showsSteps: steps)
        switch format {
        case .dmesg: Output.data(log.text)
        case .jsonl: Output.data(log.jsonLines)
        }
    }
}

extension Generation: ExpressibleByArgument {
    /// All names, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
