import Conformance
import KernelLog
import Livepatch
import Scenarios
import Simulation
import Timeline

/// What a scenario predicts, for any generation, and logs held against it.
public struct ScenarioPrediction {
    private let scenario: Scenario
    private let path: String
    private let isFinished: Bool

    /// - Parameters:
    ///   - scenario: the scenario.
    ///   - path: what to call its file in errors.
    ///   - isFinished: true if all steps were performed before a log was taken: what is missing at its end was not printed.
    public init(of scenario: Scenario, name path: String, isFinished: Bool = false) {
        self.scenario = scenario
        self.path = path
        self.isFinished = isFinished
    }

    /// What a line of a log must hold to be of interest; a harness says why it skips a test.
    public var needles: [String] {
        let names = scenario.manifest.modules.map(\.name) + scenario.manifest.livepatches.keys
        return Needles.including(scenario.manifest) + names.map { $0 + ": " }.sorted() + ["SKIP: "]
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
        var needles = needles
        if case .canary(let text) = beginning { needles.append(text) }
        return try check(Source(path: log, index: 0, needles: needles), at: beginning, generation)
    }

    /// Holds a source that was read with the needles against the prediction.
    ///
    /// - Parameter generation: the kernel's generation; nil to take it from the log.
    /// - Throws: `GoldenError` if the source could not be read, or the scenario cannot be performed.
    public func check(_ source: Source, _ generation: Generation? = nil) throws(GoldenError) -> LogCheck {
        try check(source, at: .heading(scenario.test), generation)
    }

    /// The same, and says where in the source the test begins.
    public func check(
        _ source: Source, at beginning: Window.Beginning, _ generation: Generation? = nil
    ) throws(GoldenError) -> LogCheck {
        try source.mustHoldRecords()
        switch Window.cut(EvidenceSets.boots(of: [source]), at: beginning) {
        case .found(let window, let isMarked): return try check(window, isMarked: isMarked, generation)
        case .lost: return try nothing(.windowLost, generation)
        case .empty: return try nothing(.nothingSeen, generation)
        }
    }

    private func nothing(_ reason: LogCheck.Reason, _ generation: Generation?) throws(GoldenError) -> LogCheck {
        LogCheck(nothingToCompareWith: try simulation(generation ?? scenario.newestGeneration), reason)
    }

    /// Holds the window against the prediction of each generation that the log may be of, those that the scenario names if there
    /// are any, and takes the one that fits best; of several the newest.
    private func check(_ window: Boot, isMarked: Bool, _ generation: Generation?) throws(GoldenError) -> LogCheck {
        // A proposal prints what the kernel prints that it was written for: no line would tell.
        let told = generation.flatMap { $0.isProposal ? $0 : nil }
        let analysis = Analysis(of: window, manifest: scenario.manifest, generation: told)
        if let generation { return check(analysis, try simulation(generation), isMarked) }
        var best: LogCheck?
        let possible = analysis.evidence.possible
        let named = possible.filter(scenario.generations.contains)
        let candidates = named.isEmpty ? possible : named
        for candidate in candidates.reversed() {
            guard let simulation = try? simulation(candidate) else { continue }
            let check = check(analysis, simulation, isMarked)
            if let found = best, found.differenceCount <= check.differenceCount { continue }
            best = check
        }
        if var best {
            if best.outcome == .passed, best.generation != candidates.last { best.newerNotFitting = candidates.last }
            return best
        }
        return check(analysis, try simulation(scenario.newestGeneration), isMarked)
    }

    /// So many races of a scenario are tried both ways.
    private static let racesMaximum = 4

    /// Holds the log against the prediction; if it is another, against what is predicted if transitions that nothing holds up
    /// complete before the next step.
    private func check(_ analysis: Analysis, _ simulation: Simulation, _ isMarked: Bool) -> LogCheck {
        let extent = LogCheck.Extent(isMarked: isMarked, isFinished: isFinished)
        let check = LogCheck(analysis, simulation, scenario.manifest, extent)
        guard check.outcome == .failed else { return check }
        if let other = MemoryReuse(scenario: scenario, generation: simulation.generation)
            .check(instead: check, { LogCheck(analysis, $0, scenario.manifest, extent) })
        {
            return other
        }
        let races = simulation.races.prefix(Self.racesMaximum)
        for choice in 1..<(1 << races.count) {
            let early = Set(races.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element))
            let other = try? Simulation(
                of: scenario, generation: simulation.generation, early: early, mayFailOtherwise: true)
            guard let other else { continue }
            var result = LogCheck(analysis, other, scenario.manifest, extent, early: early.sorted())
            guard result.outcome == .passed else { continue }
            if other.failures != simulation.failures, let step = early.min() {
                result.outcome = .inconclusive(.tooFast(step: step))
            }
            return result
        }
        return check
    }
}

extension Source {
    /// - Throws: `GoldenError` if it could not be read, or is no log at all.
    func mustHoldRecords() throws(GoldenError) {
        if let error { throw GoldenError(error.description) }
        guard let format = summary?.format, !format.holdsRecords else { return }
        throw GoldenError("\(name): \(format.name); golden check needs what dmesg or the journal prints")
    }
}

extension LogCheck {
    /// How many lines are not as predicted.
    var differenceCount: Int { problems.count + unexpected.count }
}

extension Simulation {
    /// The log as it is kept in `expected.<generation>.log`.
    var text: String { lines.map { $0.text + "\n" }.joined() }
}
