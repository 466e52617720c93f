import ArgumentParser
import Glibc

/// The checker, checked: how many single edits of correct logs does it notice?
@main
struct MutantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutants",
        abstract: "Edit every livepatch line of correct logs and count which edits the checker notices.",
        discussion: """
            Edited are the recorded runs of the golden cases, and the logs that the engine predicts for them. Each edit is \
            tried with the case's livepatches as manifest, by inference alone, and with its steps ('golden check'). A \
            mutant is killed if the verdict is 'violates' (or the check fails); a dropped line also if it is \
            'inconclusive' where no reader could tell more; a wrong module state, a line of another kernel's livepatch \
            and a warning of the kernel also if the checker warns. Mutants that a correct kernel could have printed are \
            counted apart, by the class that says why.

            Exit status: 0, or 1 if fewer than 99 % are killed with manifests or with steps, a log does not conform as it \
            is, or there is a rule that no mutant triggers (unless --run selects logs).
            """)

    @Option(help: "Where moved and new lines go and what names are exchanged.")
    var seed: UInt64 = 20_171_013
    @Option(help: ArgumentHelp("The directory of the suites.", valueName: "directory"))
    var golden = "Golden"
    @Option(help: ArgumentHelp("Use only logs whose path contains this.", valueName: "path"))
    var run: String?
    @Flag(help: "Print survivors, nothing else.")
    var survivorsOnly = false
    @Option(help: ArgumentHelp("Write the logs of survivors into this directory.", valueName: "directory"))
    var write: String?

    /// Two threads at most: the machine is shared.
    private static let threadsMaximum = 2
    private static let rateMinimum = 99.0

    func run() async throws {
        let runs = try Originals(root: golden, wanted: run).runs()
        guard !runs.isEmpty else { throw ValidationError("\(golden) holds no log with '\(run ?? "")' in its path") }
        let report = Report(runs: runs, trials: await trials(of: runs))
        if !survivorsOnly {
            print((report.groups.map { $0.table() } + [report.rules(), report.equivalences()]).joined(separator: "\n\n"))
            print()
        }
        let wrong = runs.flatMap { run in Mode.allCases.compactMap(run.objection) }
        print((wrong + [report.survivorList()]).joined(separator: "\n"))
        if let write { try SurvivorWriter(directory: write).write(report.survivors) }
        let rates = report.groups.flatMap { group in [Mode.manifest, .steps].map(group.rate) }
        let isIncomplete = run == nil && !report.untriggered.isEmpty
        if rates.contains(where: { $0 < Self.rateMinimum }) || isIncomplete || !wrong.isEmpty {
            throw ExitCode.failure
        }
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
