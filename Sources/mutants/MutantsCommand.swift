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
            mutant is killed if the verdict is 'violates' (or the check fails); a dropped line, and a new one that \
            stands alone between two operations, also if it is 'inconclusive' where no reader could tell more; a wrong module state, a line of another kernel's livepatch \
            and a warning of the kernel also if the checker warns. Mutants that a correct kernel could have printed are \
            counted apart, by the class that says why.

            Exit status: 0, or 1 if fewer than 99 % are killed with manifests or with steps, a log does not conform as it \
            is, or there is a rule that no mutant triggers (unless --run selects logs).
            """)

    @Option(
        help: "Where moved and new lines go, what names are exchanged, and which predicted logs' mutants are tried.")
    var seed: UInt64 = 20_171_013
    @Option(help: ArgumentHelp("The directory of the suites.", valueName: "directory"))
    var golden = "Golden"
    @Option(help: ArgumentHelp("Use only logs whose path contains this.", valueName: "path"))
    var run: String?
    @Option(help: ArgumentHelp("Try so many mutants of predicted logs.", valueName: "count"))
    var sampleSize = 12_000
    @Flag(help: "Print survivors, nothing else.")
    var survivorsOnly = false
    @Option(help: ArgumentHelp("Write the logs of survivors into this directory.", valueName: "directory"))
    var write: String?

    /// Two threads at most: the machine is shared.
    private static let threadsMaximum = 2
    private static let rateMinimum = 99.0
    /// So many mutants more are tried at once.
    private static let batchSize = 2000

    func run() async throws {
        let runs = try Originals(root: golden, wanted: run).runs()
        guard !runs.isEmpty else { throw ValidationError("\(golden) holds no log with '\(run ?? "")' in its path") }
        let report = await report(on: runs)
        if !survivorsOnly {
            print(
                (report.groups.map { $0.table() } + [report.rules(), report.equivalences()]).joined(separator: "\n\n"))
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

    /// Tries the mutants of recorded runs and a sample of the others; more of them as long as no mutant triggers a rule.
    private func report(on runs: [Run]) async -> Report {
        let mutants = runs.flatMap { run -> [(run: Run, mutant: Mutant)] in
            var mutator = Mutator(run: run, seed: seed)
            return mutator.mutants().map { (run, $0) }
        }
        let sample = Sample(of: mutants.filter { $0.run.origin != .recorded }, size: sampleSize, seed: seed)
        let chosen = mutants.filter { $0.run.origin == .recorded } + sample.chosen
        var report = Report(runs: runs, trials: await trials(of: chosen), leftOut: sample.rest.count)
        var rest = sample.rest[...]
        while run == nil, !report.untriggered.isEmpty, !rest.isEmpty {
            let more = await trials(of: Array(rest.prefix(Self.batchSize)))
            rest = rest.dropFirst(Self.batchSize)
            report = Report(runs: runs, trials: report.trials + more, leftOut: rest.count)
        }
        return report
    }

    /// Mutants are dealt out in turn, because one run's take longer than another's.
    private func trials(of mutants: [(run: Run, mutant: Mutant)]) async -> [Trial] {
        await withTaskGroup(of: [(Int, [Trial])].self) { group in
            for thread in 0..<Self.threadsMaximum {
                group.addTask {
                    stride(from: thread, to: mutants.count, by: Self.threadsMaximum).map { number in
                        (number, Trial.all(mutants[number].mutant, of: mutants[number].run))
                    }
                }
            }
            var all: [(Int, [Trial])] = []
            for await part in group { all += part }
            return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}
