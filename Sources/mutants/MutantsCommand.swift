import ArgumentParser
import Glibc

/// The checker, checked: how many single edits of correct logs does it notice?
@main
struct MutantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutants",
        abstract: "Edit every livepatch line of recorded logs and count which edits the checker notices.",
        discussion: """
            Each edit is tried with the case's livepatches as manifest, by inference alone, and with its steps ('golden \
            check'). A mutant is killed if the verdict is 'violates' (or the check fails); a dropped line also if it is 'inconclusive' where no reader could tell more. Mutants that a correct \
            kernel could have printed are counted apart, by the class that says why.

            Exit status: 0, or 1 if fewer than 99 % are killed with manifests or with steps.
            """)

    @Option(help: "Where moved lines go and what names are exchanged.")
    var seed: UInt64 = 20_171_013
    @Option(help: ArgumentHelp("A file with one log of a recorded run per line.", valueName: "file"))
    var list = "Golden/mutants.txt"
    @Option(help: ArgumentHelp("Use only runs whose path contains this.", valueName: "path"))
    var run: String?
    @Flag(help: "Print survivors, nothing else.")
    var survivorsOnly = false
    @Option(help: ArgumentHelp("Write the logs of survivors into this directory.", valueName: "directory"))
    var write: String?

    /// Two threads at most: the machine is shared.
    private static let threadsMaximum = 2
    private static let rateMinimum = 99.0

    func run() async throws {
        let runs = try selectedRuns()
        let report = Report(trials: await trials(of: runs))
        if !survivorsOnly {
            print(report.table(), report.rates(), report.kills(), report.equivalences(), separator: "\n\n")
            print()
        }
        print(report.survivorList())
        if let write { try SurvivorWriter(directory: write).write(report.survivors) }
        let rates = [Mode.manifest, .steps].map(report.rate)
        if rates.contains(where: { $0 < Self.rateMinimum }) { throw ExitCode.failure }
    }

    private func selectedRuns() throws -> [Run] {
        let wanted = run
        let paths = try Text.of(list).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") && wanted.map($0.contains) ?? true }
        guard !paths.isEmpty else {
            throw ValidationError("\(list) names no run\(wanted.map { " with '\($0)'" } ?? "")")
        }
        let selected = try paths.map { path throws(RunError) in try Run(path: path) }
        return selected
    }

    /// Mutants are dealt out in turn, because one run's take longer than another's.
    private func trials(of runs: [Run]) async -> [Trial] {
        let seed = seed
        let mutants = runs.flatMap { run -> [(Run, Mutant)] in
            var mutator = Mutator(run: run, seed: seed)
            return mutator.mutants().map { (run, $0) }
        }
        return await withTaskGroup(of: [(Int, [Trial])].self) { group in
            for thread in 0..<Self.threadsMaximum {
                group.addTask {
                    stride(from: thread, to: mutants.count, by: Self.threadsMaximum).map { number in
                        (number, Trial.all(mutants[number].1, of: mutants[number].0))
                    }
                }
            }
            var all: [(Int, [Trial])] = []
            for await part in group { all += part }
            return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}
