import ArgumentParser
import Exploration
import Glibc
import Livepatch
import Reports
import Scenarios

/// `klp-verify explore SCENARIO`: everything that the scenario's operations can come to.
struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Perform the operations of a scenario in every order, and see whether invariants hold.",
        discussion: """
            Each operation may come at any moment and any number of times; a transition that nothing holds up completes at \
            once, or later. Of each invariant that is broken the shortest way to do so is shown, as a scenario.

            Exit status: 0 nothing is broken and everything within --depth was explored, 1 an invariant is broken, 2 usage error, \
            3 stopped before that, by --states or a signal.
            """)

    @OptionGroup var scenario: ScenarioArgument

    @Option(help: "The kernel: \(Generation.names). Default: the scenario's newest.")
    var generation: Generation?

    @Option(help: ArgumentHelp("How many steps to go at most. Default: as many as there are.", valueName: "n"))
    var depth: Int?

    @Option(help: ArgumentHelp("How many states to keep at most.", valueName: "n"))
    var states = Exploration.Limits().states

    @Option(
        help: ArgumentHelp(
            "Ask for this invariant alone (klp-verify explain), or for several. Default: all that the generation promises.",
            valueName: "name"))
    var invariant: [String] = []

    @Option(
        help: ArgumentHelp("Write the shortest way as a scenario; several are numbered.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var output: String?

    @Flag(help: "Search once more without sharing anything between sequences of steps, and compare; needs --depth.")
    var naive = false

    func validate() throws {
        guard depth ?? 0 >= 0 else { throw ValidationError("--depth is 0 or more") }
        guard states > 0 else { throw ValidationError("--states is 1 or more") }
        guard !naive || depth != nil else {
            throw ValidationError("--naive needs --depth: there is no end to sequences of steps")
        }
        for name in invariant where Invariant.named(name) == nil {
            let known = Invariant.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no invariant '\(name)'; there are \(known)")
        }
    }

    func run() throws {
        let (value, _) = try ScenarioReading.read(scenario.path)
        let kernel = generation ?? value.newestGeneration
        for note in Unsupported.notes(value, kernel) { Output.error("klp-verify: \(note)") }
        for name in invariant where Invariant.named(name)?.isPromised(kernel.policies) == false {
            Output.error("klp-verify: \(kernel.rawValue) does not promise \(name); it is asked all the same")
        }
        let invariants =
            invariant.isEmpty ? Invariant.promised(by: kernel) : Invariant.all.filter { invariant.contains($0.name) }
        var exploration = Exploration(
            of: Subject(value, generation: kernel), invariants: invariants,
            limits: Exploration.Limits(depth: depth, states: states))
        let signals = PendingSignals()
        var line = ProgressLine()
        let seconds = Self.seconds {
            exploration.run { progress in
                line.show { ExplorationText.progress(progress, seconds: $0) }
                return signals.hasCome
            }
        }
        line.remove()
        let files = try write(exploration)
        Output.data(ExplorationText(exploration, files: files).text)
        Output.error(ExplorationText.speed(of: exploration.progress, seconds: seconds))
        let agrees = compare(exploration, seconds, signals)
        if !agrees || !exploration.violations.isEmpty { throw ExitCode(1) }
        if exploration.progress.isCut || signals.hasCome { throw ExitCode(3) }
    }

    /// Writes the scenarios, and says where.
    private func write(_ exploration: Exploration) throws -> [String] {
        guard let output else { return [] }
        let isOne = exploration.violations.count == 1
        return try exploration.violations.enumerated().map { number, violation in
            let path = isOne ? output : Self.numbered(output, number + 1)
            let comments = [violation.invariant.name, violation.problem]
            try Output.write(violation.scenario(of: exploration.subject).yaml(comments: comments), to: path)
            return path
        }
    }

    /// `way.yaml` becomes `way-2.yaml`.
    private static func numbered(_ path: String, _ number: Int) -> String {
        for ending in [".yaml", ".yml"] where path.hasSuffix(ending) {
            return "\(path.dropLast(ending.count))-\(number)\(ending)"
        }
        return "\(path)-\(number)"
    }

    /// Searches in the plain way, if that was asked for. False if both do not find the same.
    private func compare(_ exploration: Exploration, _ seconds: Double, _ signals: PendingSignals) -> Bool {
        guard naive, let depth else { return true }
        guard !exploration.progress.isCut else {
            Output.error("klp-verify: no naive search: the exploration was stopped before its end")
            return true
        }
        var search = NaiveSearch(of: exploration.subject, invariants: exploration.invariants)
        let naiveSeconds = Self.seconds { search.run(depth: depth) { signals.hasCome } }
        Output.data(ExplorationText.comparison(exploration, with: search))
        Output.error(ExplorationText.speed(of: search, seconds: naiveSeconds, beside: seconds))
        return search.isStopped || search.agrees(with: exploration)
    }

    /// How much time of its one core the work takes: others may use the machine, too.
    private static func seconds(_ work: () -> Void) -> Double {
        let start = processorTime
        work()
        return processorTime - start
    }

    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
