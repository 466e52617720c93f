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
        let prediction = ScenarioPrediction(of: scenario, name: golden.scenarioPath)
        var logs: [Log] = []
        for run in golden.runs {
            let log = try prediction.check(
                run.path, at: .heading(scenario.test), generation: run.generation)
            logs.append(Log(path: run.path, check: log))
        }
        self.logs = logs
    }

    /// Checks a log against the one of the cases that it is of.
    ///
    /// Of several cases that is the one named by the log's last heading (`===== TEST: name =====`); of several of that name the
    /// one that fits best.
    ///
    /// - Parameters:
    ///   - path: the log; `-` for standard input.
    ///   - cases: the cases.
    ///   - canary: a text in the line after which the test begins; nil to look for the harness's heading.
    ///   - generation: the kernel's generation; nil to take it from the log.
    ///   - isFinished: true if all steps were performed before the log was taken.
    /// - Throws: `GoldenError` if a scenario or the log cannot be read, a scenario not be performed, or no case is meant.
    public static func of(
        log path: String, cases: [GoldenCase], canary: String?, generation: Generation?,
        isFinished: Bool
    ) throws(GoldenError) -> CaseCheck {
        var predictions: [(golden: GoldenCase, scenario: Scenario, prediction: ScenarioPrediction)] = []
        for golden in cases {
            let scenario = try golden.scenario()
            predictions.append(
                (golden, scenario, ScenarioPrediction(of: scenario, name: golden.scenarioPath, isFinished: isFinished)))
        }
        let needles = Set(predictions.flatMap(\.prediction.needles) + [canary].compactMap { $0 })
        let source = Source(path: path, index: 0, needles: needles.sorted())
        try source.mustHoldRecords()
        if predictions.count > 1 {
            let heading = Window.lastHeading(EvidenceSets.boots(of: [source]))
            guard let heading else {
                throw GoldenError(
                    "\(path): \(cases.count) cases are named and the log has no heading ===== TEST: that would tell which"
                )
            }
            predictions = predictions.filter { $0.scenario.test == heading }
            guard !predictions.isEmpty else {
                throw GoldenError(
                    "\(path): none of the \(cases.count) cases is called '\(heading)' (test: in scenario.yaml)")
            }
        }
        var best: CaseCheck?
        for (golden, scenario, prediction) in predictions {
            let check = try prediction.check(
                source, at: canary.map { .canary($0) } ?? .heading(scenario.test), generation)
            if let found = best?.logs.first?.check, found.differenceCount <= check.differenceCount { continue }
            best = CaseCheck(golden: golden, expected: [], logs: [Log(path: path, check: check)])
        }
        guard let best else { throw GoldenError("\(path): no case is named") }
        return best
    }

    private init(golden: GoldenCase, expected: [Expected], logs: [Log]) {
        self.golden = golden
        self.expected = expected
        self.logs = logs
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
            let simulation = try ScenarioPrediction(of: scenario, name: golden.scenarioPath).simulation(generation)
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
