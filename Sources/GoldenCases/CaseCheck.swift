import Conformance
import Livepatch
import Scenarios
import Simulation
import Timeline

/// A case held against its kept predictions and its recorded runs.
public struct CaseCheck: Sendable {
    /// A kept prediction and what the engine says today.
    public struct Expected: Hashable, Sendable {
        /// The file.
        public let path: String
        /// What is in it; nil if there is no such file.
        public let kept: String?
        /// What the engine says; nil if the scenario does not ask for that generation.
        public let predicted: String?

        /// True if they are equal.
        public var isCurrent: Bool { kept == predicted }
    }

    /// A log and what became of it.
    public struct Log: Sendable {
        /// The file's name; `-` for standard input.
        public let path: String
        /// The comparison.
        public let check: LogCheck
    }

    /// The case.
    public let golden: GoldenCase
    /// The kept predictions.
    public let expected: [Expected]
    /// The recorded runs, or the log that was given.
    public let logs: [Log]

    /// Whether the case holds.
    public enum Outcome: Hashable, Sendable {
        /// It does.
        case passed
        /// A prediction or a log is not as it should be.
        case failed
        /// A log cannot be decided, and nothing failed.
        case inconclusive
    }

    /// Whether the case holds.
    public var outcome: Outcome {
        if !expected.allSatisfy(\.isCurrent) || logs.contains(where: { $0.check.outcome == .failed }) { return .failed }
        return logs.allSatisfy { $0.check.outcome == .passed } ? .passed : .inconclusive
    }

    /// Checks the case's predictions and recorded runs.
    ///
    /// - Throws: `GoldenError` if the scenario or a run cannot be read, or the scenario cannot be performed.
    public init(_ golden: GoldenCase) throws(GoldenError) {
        let scenario = try golden.scenario()
        self.golden = golden
        expected = try Self.expected(golden, scenario)
        let predictions = Predictions(scenario, golden.scenarioPath)
        var logs: [Log] = []
        for run in golden.runs {
            let log = try predictions.check(
                run.path, at: .heading(scenario.test), generation: run.generation)
            logs.append(Log(path: run.path, check: log))
        }
        self.logs = logs
    }

    /// Checks one log against the case's prediction.
    ///
    /// - Parameters:
    ///   - golden: the case.
    ///   - path: the log; `-` for standard input.
    ///   - canary: a text in the line after which the test begins; nil to look for the harness's heading.
    ///   - generation: the kernel's generation; nil to take it from the log.
    /// - Throws: `GoldenError` if the scenario or the log cannot be read, or the scenario cannot be performed.
    public init(
        _ golden: GoldenCase, log path: String, canary: String?, generation: Generation?
    ) throws(GoldenError) {
        let scenario = try golden.scenario()
        self.golden = golden
        expected = []
        let check = try Predictions(scenario, golden.scenarioPath).check(
            path, at: canary.map { .canary($0) } ?? .heading(scenario.test), generation: generation)
        logs = [Log(path: path, check: check)]
    }

    /// Checks all of the cases, each by itself.
    ///
    /// - Throws: `GoldenError` for the first case that cannot be read or performed.
    public static func all(_ cases: [GoldenCase]) throws(GoldenError) -> [CaseCheck] {
        var checks: [CaseCheck] = []
        for golden in cases { checks.append(try CaseCheck(golden)) }
        return checks
    }

    private static func expected(_ golden: GoldenCase, _ scenario: Scenario) throws(GoldenError) -> [Expected] {
        var result: [Expected] = []
        let present = golden.expectedPaths
        for generation in scenario.generations {
            let path = golden.expectedPath(generation)
            let simulation = try Predictions(scenario, golden.scenarioPath).simulation(generation)
            result.append(
                Expected(
                    path: path, kept: present.contains(path) ? try TextFile.read(path) : nil,
                    predicted: simulation.text))
        }
        for path in present where !result.contains(where: { $0.path == path }) {
            result.append(Expected(path: path, kept: try TextFile.read(path), predicted: nil))
        }
        return result
    }

    /// Writes what the engine predicts today, and removes predictions that the scenario does not ask for.
    ///
    /// - Returns: what was changed, as it was before.
    /// - Throws: `GoldenError` if the scenario cannot be read or performed, or a file not be written.
    public static func accept(_ golden: GoldenCase) throws(GoldenError) -> [Expected] {
        let changed = try expected(golden, golden.scenario()).filter { !$0.isCurrent }
        for file in changed {
            if let text = file.predicted {
                try TextFile.write(text, to: file.path)
            } else {
                try TextFile.remove(file.path)
            }
        }
        return changed
    }
}

/// The predictions of a scenario, and logs held against them.
struct Predictions {
    private let scenario: Scenario
    private let path: String

    init(_ scenario: Scenario, _ path: String) {
        self.scenario = scenario
        self.path = path
    }

    func simulation(_ generation: Generation) throws(GoldenError) -> Simulation {
        do throws(SimulationError) {
            return try Simulation(of: scenario, generation: generation)
        } catch {
            throw GoldenError(error.description(file: path))
        }
    }

    /// Holds a log against the prediction for its kernel's generation.
    func check(
        _ log: String, at beginning: Window.Beginning, generation: Generation?
    ) throws(GoldenError) -> LogCheck {
        var needles = Needles.including(scenario.manifest)
        if case .canary(let text) = beginning { needles.append(text) }
        let source = Source(path: log, index: 0, needles: needles)
        if let error = source.error { throw GoldenError(error.description) }
        guard let window = Window.cut(EvidenceSets.boots(of: [source]), at: beginning) else {
            return LogCheck(windowLostFor: try simulation(generation ?? scenario.newestGeneration))
        }
        return try check(window, generation)
    }

    /// Holds the window against the prediction of each generation that the log may be of, and takes the one that fits best; of
    /// several the newest.
    private func check(_ window: Boot, _ generation: Generation?) throws(GoldenError) -> LogCheck {
        let analysis = Analysis(of: window, manifest: scenario.manifest)
        if let generation { return LogCheck(analysis, try simulation(generation), scenario.manifest) }
        var best: LogCheck?
        for candidate in analysis.evidence.possible.reversed() {
            guard let simulation = try? simulation(candidate) else { continue }
            let check = LogCheck(analysis, simulation, scenario.manifest)
            if let found = best, found.differenceCount <= check.differenceCount { continue }
            best = check
        }
        if let best { return best }
        return LogCheck(analysis, try simulation(scenario.newestGeneration), scenario.manifest)
    }
}

extension LogCheck {
    fileprivate var differenceCount: Int { problems.count + unexpected.count }
}

extension Simulation {
    /// The log as it is kept in `expected.<generation>.log`.
    var text: String { lines.map { $0.text + "\n" }.joined() }
}
