import Conformance
import KernelLog
import Livepatch
import Reconstruction
import ReferenceEngine
import Simulation

/// A log held against a prediction, line by line.
public struct LogCheck: Sendable {
    /// What became of a predicted line.
    public enum Status: Hashable, Sendable {
        /// It is there.
        case matched(Observation)
        /// It is there with another function, symbol, error number or state of the module.
        case differs(Observation)
        /// It is not there; perhaps the line given is what was meant.
        case missing(nearest: Observation?)
        /// It is there, at another place.
        case outOfOrder(Observation)
        /// A debug line where the log shows none.
        case notShown
    }

    /// A predicted line and what became of it.
    public struct Line: Hashable, Sendable {
        /// The predicted line.
        public let predicted: SimulatedLine
        /// What became of it.
        public fileprivate(set) var status: Status
        /// The last matched line before it.
        public fileprivate(set) var after: Observation?
    }

    /// What is known of a log's ends.
    struct Extent {
        /// True if a line marks the beginning of the test, or the log begins with the boot.
        let isMarked: Bool
        /// True if all steps were performed before the log was taken.
        let isFinished: Bool
    }

    /// How the comparison ended.
    public enum Outcome: Hashable, Sendable {
        /// The log is what was predicted.
        case passed
        /// It is not.
        case failed
        /// It cannot be told.
        case inconclusive(Reason)
    }

    /// Why it cannot be told whether the log is what was predicted.
    public enum Reason: Hashable, Sendable {
        /// The line that marks the beginning of the test is not in the log.
        case windowLost
        /// Only lines before the first one are missing, and nothing shows that the log reaches back to the beginning.
        case beginsLate
        /// There is not one line of the livepatches in the log.
        case nothingSeen
        /// The harness or the kernel says that the test could not be done.
        case notDone(String)
        /// The log ends in this step, counted from 0.
        case endsEarly(step: Int)
        /// Records are proven to be missing.
        case lost
        /// The log is legal, but a transition that the scenario has pending after this step, counted from 0, was complete already, so
        /// that later steps came to something else.
        case tooFast(step: Int)
    }

    /// The prediction that it was held against.
    public let simulation: Simulation
    /// The generation whose prediction it was held against.
    public var generation: Generation { simulation.generation }
    /// The newest generation that the log may be of by its lines, if it is not what that one prints but an older one.
    public internal(set) var newerNotFitting: Generation?
    /// The predicted lines but the operator's, in order.
    public private(set) var lines: [Line]
    /// Lines of livepatch and of the scenario's modules that were not predicted.
    public private(set) var unexpected: [Observation] = []
    /// Lines that nobody predicted and that are legal there: signals to the remaining tasks.
    public private(set) var tolerated: [Observation] = []
    /// Lines of livepatch, or of the scenario's modules, that are in no catalogue.
    public let unknown: [LogRecord]
    /// What the rules say of the log, whatever was predicted.
    public let findings: [Finding]
    /// What the kernel complains of, or looks odd, by the same rules; no reason to fail.
    public let warnings: [Finding]
    /// The steps, counted from 0, after which a transition was complete although the scenario has the next step come first.
    public let early: [Int]
    /// The first sign of a crash of the kernel; whatever the lines are, such a test failed.
    public let crash: Observation?
    /// How it ended.
    public internal(set) var outcome: Outcome

    /// How many of the predicted lines were there, and how many there should have been.
    public var matchedCount: Int { lines.count { if case .matched = $0.status { true } else { false } } }
    /// The events of the scenario's lines that are there, predicted or not, in the log's order.
    public var events: [Event] {
        let found = lines.compactMap { line in
            switch line.status {
            case .matched(let observation), .differs(let observation), .outOfOrder(let observation): observation
            case .missing, .notShown: nil
            }
        }
        return (found + unexpected).sorted { $0.index < $1.index }.map(\.event)
    }
    /// True if debug lines were predicted and not shown.
    public var lacksDebugLines: Bool { lines.contains { $0.status == .notShown } }
    /// The lines that are not as predicted.
    public var problems: [Line] {
        lines.filter { line in
            switch line.status {
            case .matched, .notShown: false
            case .differs, .missing, .outOfOrder: true
            }
        }
    }

    /// Nothing to compare with: the window was not found.
    init(nothingToCompareWith simulation: Simulation, _ reason: Reason) {
        self.simulation = simulation
        lines = []
        unknown = []
        findings = []
        warnings = []
        early = []
        crash = nil
        outcome = .inconclusive(reason)
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - analysis: the log, judged with the scenario's manifest.
    ///   - simulation: the prediction.
    ///   - manifest: the scenario's manifest.
    ///   - extent: what is known of the log's beginning and end.
    ///   - early: the steps after which the prediction has transitions complete although the scenario does not.
    init(_ analysis: Analysis, _ simulation: Simulation, _ manifest: Manifest, _ extent: Extent, early: [Int] = []) {
        let relevance = Relevance(simulation: simulation, manifest: manifest)
        var comparison = Comparison(
            simulation: simulation, observations: analysis.observations, relevance: relevance)
        comparison.run()
        let findings = analysis.findings.filter { $0.severity == .error }
        let disputed = Set(findings.compactMap(\.place?.index))
        self.simulation = simulation
        self.early = early
        lines = comparison.lines.map { Line(predicted: $0.line, status: $0.status, after: $0.after) }
        let legal = Signals(generation: simulation.generation).legal(among: comparison.seen).subtracting(disputed)
        tolerated = comparison.unclaimed.filter { legal.contains($0.index) }
        unexpected = comparison.unclaimed.filter { !legal.contains($0.index) }
        unknown = relevance.unknown(in: analysis)
        self.findings = findings
        warnings = analysis.findings.filter { $0.severity == .warning }
        crash = analysis.crash
        outcome =
            Verdict(
                analysis: analysis, comparison: comparison, unexpected: unexpected, findings: findings,
                extent: extent
            ).outcome
    }
}

/// What the comparison comes to.
private struct Verdict {
    let analysis: Analysis
    let comparison: Comparison
    let unexpected: [Observation]
    let findings: [Finding]
    let extent: LogCheck.Extent

    var outcome: LogCheck.Outcome {
        let problems = comparison.problems
        let isContradicted = !unexpected.isEmpty || !findings.isEmpty || problems.contains { !$0.isMissing }
        if analysis.crash != nil { return .failed }
        if problems.isEmpty && !isContradicted { return .passed }
        if isContradicted { return .failed }
        if !comparison.hasMatches {
            if let reason = whyNotDone { return .inconclusive(.notDone(reason)) }
            let wasDone = extent.isFinished && comparison.writesCommands
            if comparison.seen.isEmpty && !wasDone { return .inconclusive(.nothingSeen) }
        }
        if analysis.observations.contains(where: { if case .loss? = $0.gap { true } else { false } }) {
            return .inconclusive(.lost)
        }
        if !extent.isMarked, comparison.lacksOnlyTheBeginning(analysis.observations) {
            return .inconclusive(.beginsLate)
        }
        if !extent.isFinished, let step = comparison.stepOfEnd(analysis.observations) {
            return .inconclusive(.endsEarly(step: step))
        }
        return .failed
    }

    private var whyNotDone: String? {
        analysis.observations.lazy.compactMap { observation in
            switch observation.event.message {
            case .livepatchUnsupported, .moduleRejected: observation.record.message
            case .harnessNote where observation.record.message.hasPrefix("SKIP:"): observation.record.message
            default: nil
            }
        }.first
    }
}

/// Which lines of a log a scenario speaks of.
struct Relevance {
    private let modules: Set<String>
    private let printsShadows: Bool
    private let callsShadowAPI: Bool

    init(simulation: Simulation, manifest: Manifest) {
        let printing = simulation.lines.compactMap { $0.event?.message == .moduleOutput ? $0.event?.object : nil }
        modules = Set(manifest.modules.map(\.name)).union(manifest.livepatches.keys).union(printing)
        printsShadows = simulation.lines.contains { $0.event?.message.isShadowOutput == true }
        callsShadowAPI =
            simulation.callsShadowAPI || simulation.lines.contains { $0.event?.message == .shadowDuplicate }
    }

    /// True for what the kernel's harness writes of its attempts to switch ftrace.
    static func isSwitch(_ text: String) -> Bool {
        text.hasPrefix("livepatch: kernel.ftrace_enabled") || text.hasPrefix("livepatch: sysctl:")
    }

    /// Lines with livepatch's prefix, or that of one of the scenario's modules, that nobody knows.
    func unknown(in analysis: Analysis) -> [LogRecord] {
        let known = Set(analysis.observations.filter { $0.event.message != .unknown }.map(\.record.place))
        let vendors = Set(analysis.observations.filter { $0.event.message == .vendorNote }.map(\.record.place))
        return analysis.boot.entries.map(\.record).filter { record in
            if vendors.contains(record.place) { return true }
            guard !known.contains(record.place), (record.facility ?? 0) == 0,
                let name = record.message.split(separator: ":", maxSplits: 1).first
            else { return false }
            return name == "livepatch" || modules.contains(String(name))
        }
    }

    /// Every line of livepatch itself, whichever livepatch it names, and of the scenario's own modules.
    func isRelevant(_ observation: Observation) -> Bool {
        let event = observation.event
        if event.message.isShadowOutput { return printsShadows && event.object.map(modules.contains) ?? false }
        switch event.message {
        case .shadowDuplicate, .shadowConstructorFailed: return callsShadowAPI
        case let message where message.isAboutShadowTypes: return true
        case .moduleInit, .moduleExit, .moduleOutput: return event.object.map(modules.contains) ?? false
        case .stateOutput: return event.patch.map(modules.contains) ?? false
        case .loadError: return modules.contains(event.loadedModule)
        case .harnessNote: return Self.isSwitch(observation.record.message)
        default: return event.message.belongsToSection || event.message.isCauseOfFailure
        }
    }
}

extension MessageID {
    /// The errors of symbols and of patch.c, which come before the line about what failed.
    var isCauseOfFailure: Bool {
        switch self {
        case .symbolNotFound, .symbolAmbiguous, .symbolPositionNotFound, .locationNotFound, .filterFailed,
            .handlerFailed:
            true
        default: false
        }
    }
}
