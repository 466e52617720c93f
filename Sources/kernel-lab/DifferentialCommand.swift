import ArgumentParser
import Laboratory
import Scenarios

/// Random scenarios, performed by the engine and by a real kernel.
struct DifferentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "differential",
        abstract: "Perform random scenarios in a real kernel and hold each log against the engine's prediction.",
        discussion: """
            The same seed gives the same scenarios. Each one whose log is not as predicted is made smaller as long as it differs, \
            and kept below --out: the scenario, the prediction (expected.log), the kernel's log (dmesg.log).

            Exit status: 0 if every log is as predicted, 1 if one is not, 2 if the lab itself failed.
            """)

    @OptionGroup var kernels: KernelOption
    @Option(help: "Which scenarios.")
    var seed: UInt64 = 1
    @Option(help: "How many.")
    var scenarios = 100
    @Option(help: "The number of the first one.")
    var first = 1
    @Flag(help: "Leave out what makes a guest unusable and costs a boot: forced transitions.")
    var noForce = false
    @Flag(help: "Wait for the kernel to signal tasks now and then, which takes 15 seconds each time.")
    var signals = false
    @Flag(help: "Do not make scenarios that differ smaller.")
    var noShrinking = false
    @Flag(help: "Keep the evidence of scenarios that agree, too.")
    var keep = false
    @Option(help: ArgumentHelp("Where the evidence goes.", valueName: "directory"))
    var out = Files.inProject(".build/kernel-lab/differential")
    @OptionGroup var options: LabOptions

    private static let maximum = 1_000_000

    func validate() throws {
        guard (1...Self.maximum).contains(scenarios) else {
            throw ValidationError("--scenarios takes 1 to \(Self.maximum)")
        }
        guard (1...Self.maximum).contains(first) else { throw ValidationError("--first takes 1 to \(Self.maximum)") }
    }

    func run() async throws { try await Ending.of { () async throws(LabError) in try await perform() } }

    /// Whether everything is as predicted, in all the kernels.
    func perform() async throws(LabError) -> Bool {
        try await kernels.inEach { series async throws(LabError) in try await perform(in: series) }
    }

    private func perform(in series: KernelSeries) async throws(LabError) -> Bool {
        let progress = options.progress
        let workplace = try await Workplace.prepare(series, options: options, progress: progress)
        defer { workplace.remove() }
        let version = workplace.tree.upstream
        let target = "\(Files.absolute(out))/\(version)/seed-\(seed)"
        if !noForce, let reason = series.forceDeviation { progress.say("no transition is forced: \(reason)") }
        let random = RandomScenario.Options(
            allowsForce: !noForce && series.forceDeviation == nil, allowsSignal: signals)
        let lock = try FileLock.ofEvidence(target)
        defer { lock.release() }
        var assignments: [Assignment] = []
        for number in first..<first + scenarios {
            let assignment = try assignment(number, random, target)
            if let reason = series.reason(against: assignment.job.scenario) {
                progress.say("left out: \(assignment.job.name): \(reason)")
            } else {
                assignments.append(assignment)
            }
        }
        progress.say(
            "performing \(assignments.count) random scenarios of seed \(seed) in kernel \(version), \(workplace.machine.acceleration)"
        )
        let tally = Tally(total: assignments.count, version: version)
        let session = Session(
            workplace: workplace, machines: options.machines, isTraced: false, progress: progress)
        let differing = Differing()
        try await session.perform(assignments) { assignment, ending in
            let verdict = Verdict(assignment, ending)
            await tally.add(assignment, verdict)
            if verdict.outcome.isDifference {
                await differing.add(assignment, verdict.outcome)
            } else if verdict.outcome == .agrees, !keep, LostGuest(of: assignment) == nil {
                Files.remove(assignment.evidence)
            }
        }
        await tally.finish(leftOut: scenarios - assignments.count, evidence: target)
        if !noShrinking {
            for found in await differing.found.prefix(Self.shrunkMaximum) {
                try await shrink(found.assignment, found.outcome, session, progress)
            }
        }
        return try await tally.isGood()
    }

    private func assignment(
        _ number: Int, _ options: RandomScenario.Options, _ target: String
    ) throws(LabError) -> Assignment {
        let random = RandomScenario(seed: seed, number: number, options: options)
        return try Self.assignment(random.scenario, "random/\(seed)-\(number)", "\(target)/\(number)")
    }
}

/// Making scenarios that differ smaller.
extension DifferentialCommand {
    /// So many are made smaller; the rest are probably the same once more.
    private static let shrunkMaximum = 5

    /// Finds the smallest scenario that differs still, and performs it once more to keep its evidence.
    private func shrink(
        _ assignment: Assignment, _ outcome: Verdict.Outcome, _ session: Session, _ progress: Progress
    ) async throws(LabError) {
        let name = assignment.job.name
        progress.say("making \(name) smaller")
        var shrinking = Shrinking(of: assignment.job.scenario)
        let place = "\(assignment.evidence)/smaller"
        try await shrinking.run { (batch: [Scenario]) async throws(LabError) -> [Bool] in
            let verdicts = try await self.performed(batch, session, place).map { $0 == outcome }
            progress.say("\(name): \(verdicts.count { $0 }) of \(batch.count) smaller scenarios differ still")
            return verdicts
        }
        Files.remove(place)
        let minimal = "\(assignment.evidence)/minimal"
        let tried = shrinking.triedCount
        let final = try Self.assignment(shrinking.scenario, "\(name)-minimal", minimal)
        try await session.perform([final]) { assignment, ending in
            let verdict = Verdict(assignment, ending)
            print("\(name), the smallest of \(tried) scenarios that were tried: \(verdict.outcome.rawValue)")
            print(verdict.details.split(separator: "\n").map { "    \($0)\n" }.joined(), terminator: "")
            print("    evidence: \(minimal)")
            Output.flush()
        }
    }

    /// What comes of each of the scenarios.
    private func performed(
        _ batch: [Scenario], _ session: Session, _ place: String
    ) async throws(LabError) -> [Verdict.Outcome?] {
        var assignments: [Assignment] = []
        for (number, scenario) in batch.enumerated() {
            assignments.append(try Self.assignment(scenario, "\(number)", "\(place)/\(number)"))
        }
        let differing = Differing()
        try await session.perform(assignments) { assignment, ending in
            await differing.add(assignment, Verdict(assignment, ending).outcome)
        }
        let found = await differing.found
        return batch.indices.map { number in found.first { $0.assignment.job.name == "\(number)" }?.outcome }
    }

    private static func assignment(
        _ scenario: Scenario, _ name: String, _ evidence: String
    ) throws(LabError) -> Assignment {
        let job: GuestJob
        do throws(Unperformable) {
            job = try GuestJob(scenario, name: name)
        } catch {
            throw LabError("\(name) cannot be performed: \(error)", advice: "This is a bug of the lab.")
        }
        return try Assignment(job, text: scenario.yaml(), evidence: evidence)
    }
}

/// Scenarios and what came of them.
actor Differing {
    private(set) var found: [(assignment: Assignment, outcome: Verdict.Outcome)] = []

    func add(_ assignment: Assignment, _ outcome: Verdict.Outcome) { found.append((assignment, outcome)) }
}
