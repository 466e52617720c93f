import ArgumentParser
import GoldenCases
import Laboratory
import Livepatch
import Scenarios

/// Performs golden cases, or scenarios of the user's own, in a real kernel.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Perform scenarios in a real kernel and hold its log against the prediction.",
        discussion: """
            Each scenario becomes modules and steps; a guest loads and performs them. What came back is kept below --out: \
            dmesg.log, dmesg.json, kmsg.raw, serial.log, what insmod and rmmod said, the files of sysfs, the modules' sources.

            Exit status: 0 if every log is as predicted, 1 if one is not, 2 if the lab itself failed.
            """)

    @Argument(help: "Cases, suites (as in 'golden check'), or files with scenarios; all cases without a word.")
    var scenarios: [String] = []
    @OptionGroup var kernels: KernelOption
    @Option(
        help: ArgumentHelp(
            "A kernel of your own instead of Debian's: the directory of its sources, in which it was built.",
            valueName: "directory"))
    var tree: String?
    @Option(
        help: "What livepatch is like in that kernel: \(Generation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var generation = Generation.linux55
    @Option(help: ArgumentHelp("Words for that kernel's command line.", valueName: "words"))
    var append: String?
    @Option(help: ArgumentHelp("The directory of the suites.", valueName: "directory"))
    var golden = Files.inProject("Golden")
    @Option(help: ArgumentHelp("Where the evidence goes.", valueName: "directory"))
    var out = Files.inProject(".build/kernel-lab/runs")
    @Flag(help: "Keep the logs of golden cases that are as predicted as recorded runs.")
    var record = false
    @Flag(help: "Record a trace of livepatch's functions, too.")
    var trace = false
    @OptionGroup var options: LabOptions

    func validate() throws {
        guard tree != nil || (generation == .linux55 && append == nil) else {
            throw ValidationError("--generation and --append are for a kernel of your own: name it with --tree")
        }
    }

    func run() async throws { try await Ending.of { () async throws(LabError) in try await perform() } }

    /// Whether everything is as predicted, in all the kernels.
    func perform() async throws(LabError) -> Bool {
        let selection = try Selection(scenarios, golden: golden, generation: generation)
        // Of all cases some are always left out, and counted at the end.
        for (name, reason) in selection.leftOut where !scenarios.isEmpty {
            options.progress.say("left out: \(name): \(reason)")
        }
        if let tree {
            let words = (append ?? "").split(separator: " ").map(String.init)
            let own = KernelSeries.own(Files.absolute(tree), generation, arguments: words)
            return try await perform(selection, in: own)
        }
        return try await kernels.inEach { series async throws(LabError) in try await perform(selection, in: series) }
    }

    private func perform(_ selection: Selection, in series: KernelSeries) async throws(LabError) -> Bool {
        let progress = options.progress
        let workplace = try await Workplace.prepare(series, options: options, progress: progress)
        defer { workplace.remove() }
        let version = workplace.tree.place
        let target = Files.absolute(out) + "/" + version
        let lock = try FileLock.ofEvidence(target)
        defer { lock.release() }
        var assignments: [Assignment] = []
        var leftOut = selection.leftOut.count
        for entry in selection.jobs {
            if let reason = series.reason(against: entry.job.scenario) {
                progress.say("left out: \(entry.job.name): \(reason)")
                leftOut += 1
                continue
            }
            assignments.append(try Assignment(entry.job, text: entry.text, evidence: "\(target)/\(entry.place)"))
        }
        progress.say(
            "performing \(assignments.count) scenarios in kernel \(version), \(workplace.machine.acceleration)")
        let tally = Tally(total: assignments.count, version: version)
        let kept = KeptRuns(golden: golden, series: series.name)
        let recorder = record ? RunRecorder(golden: golden, workplace: workplace) : nil
        let session = Session(
            workplace: workplace, machines: options.machines, isTraced: trace, progress: progress)
        try await session.perform(assignments) { assignment, ending in
            let verdict = Verdict(assignment, ending)
            let remarks = [kept.comparison(assignment, verdict), recorder?.keep(assignment, verdict)]
            await tally.add(assignment, verdict, remarks.compactMap { $0 }.joined(separator: "; "))
        }
        await tally.finish(leftOut: leftOut, evidence: target)
        return try await tally.isGood()
    }
}

extension Generation: ExpressibleByArgument {}
