import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine
import Timeline

/// # Conformance
///
/// Holds what a boot shows against the reference engine:
///
///     let analysis = Analysis(of: boot, manifest: manifest)
///     analysis.verdict     // .violates
///     analysis.findings    // what, where, which rule, why
///
/// Here are facts and their witnesses, the choice of the operation that explains a section best, and the rules. How any of
/// it is displayed is not known here.
///
/// What one boot's log says of livepatch, and whether it may.
public struct Analysis: Sendable {
    /// The boot.
    public let boot: Boot
    /// The traces of it.
    public let traces: [AlignedTrace]
    /// Its records with a meaning.
    public let observations: [Observation]
    /// Which generations the kernel may be of.
    public let evidence: GenerationEvidence
    /// Those of them that explain the log equally well, oldest first.
    public let generations: [Generation]
    /// What was done, in order.
    public let operations: [JudgedOperation]
    /// Where log and model differ, worst first, then in the order of the log.
    public private(set) var findings: [Finding]
    /// What the log leaves open.
    public let undecided: [Undecided]
    /// The state of the subsystem at the end.
    public let finalState: EngineState
    /// The first sign of a crash, if there is one.
    public let crash: Observation?
    /// Whether the source shows debug lines at all.
    public let showsDebugLines: Bool
    /// Livepatches described with callbacks of which the log shows none.
    public let withoutVisibleCallbacks: Set<String>
    /// The callbacks that were seen: by livepatch and object.
    public let seenCallbacks: [String: [String: Set<CallbackKind>]]
    /// The callbacks of states that were seen: by livepatch and id.
    public let seenStateCallbacks: [String: [UInt: Set<CallbackKind>]]
    /// Livepatches of which nothing tells whether they have states, where states have callbacks.
    public let withUnknownStates: Set<String>
    /// What the livepatches are taken to be: described or inferred.
    public let manifest: Manifest
    /// Those of them that are described: by the user, or as the kernel's own test modules.
    public let describedLivepatches: Set<String>
    /// What modules did with shadow variables, in the order of appearance.
    public let shadowUses: [ShadowUse]
    /// What each trace shows of the calls about shadow variables; traces without such calls are not named.
    public let tracedShadowUses: [TracedShadowUse]
    /// What became of each livepatch, in the order in which they appear.
    public private(set) var histories: [LivepatchHistory] = []

    /// Livepatches that the kernel refused without a line, as traces show it.
    public private(set) var tracedRefusals: [TracedRefusal] = []
    /// The livepatches of which traces show callbacks, and no line does.
    public private(set) var livepatchesWithSilentCallbacks: Set<String> = []
    /// System calls about livepatches' modules that failed, as far as traces tell.
    public private(set) var refusedModuleCalls: [RefusedModuleCall] = []
    /// The traces as the checks of their steps see them.
    private(set) var traceViews: [TraceView] = []

    /// Judges a boot that only logs tell of.
    ///
    /// - Parameters:
    ///   - boot: the boot.
    ///   - given: what is known of livepatches and modules beforehand.
    ///   - generation: the kernel's generation, if it is known; nil to take it from the lines and the banner.
    public init(of boot: Boot, manifest given: Manifest = Manifest(), generation: Generation? = nil) {
        self.init(of: Evidence(boot, by: Recogniser(manifest: given)), manifest: given, generation: generation)
    }

    /// Judges a boot by all that is known of it.
    ///
    /// - Parameters:
    ///   - evidence: what its logs and traces tell.
    ///   - given: what is known of livepatches and modules beforehand.
    ///   - generation: the kernel's generation, if it is known; nil to take it from the lines and the banner.
    public init(of known: Evidence, manifest given: Manifest = Manifest(), generation: Generation? = nil) {
        let boot = known.boot
        self.boot = boot
        traces = known.traces
        let observations = CallbackNames.settled(known.observations, known: given.livepatches.keys)
        let all = SectionFinder.sections(of: observations)
        let evidence = GenerationEvidence(
            observations: observations, kernelRelease: boot.kernelRelease, given: generation)
        let proposal = evidence.withStateCallbacks
        let facts = Facts(observations: observations, sections: all, given: given, proposal: proposal)
        let sections =
            proposal.map { facts.states.judged(all, $0.policies.shadowOwner) }
            ?? StateLines.judged(all, facts.manifest)
        let best = GenerationRun.best(of: evidence.possible, boot, observations, sections, facts, given)
        let chosen = best.last
        self.observations = observations
        self.evidence = evidence
        generations = best.count == 1 && best[0].isUnrivalled ? evidence.possible : best.map(\.generation)
        operations = chosen?.operations ?? []
        let dialects = evidence.contradicting.map { Finding.dialect($0) }
        let crash = Self.crash(in: observations)
        let shadows = ShadowPass(
            observations, crash: crash?.index ?? Int.max, isUnordered: boot.isUnordered,
            beginsWithBanner: boot.banner != nil,
            owner: chosen?.generation.policies.shadowOwner ?? .nobody)
        traceViews = known.traces.map { TraceView($0, observations) }
        let traced = traceViews.map { view in
            TracedShadowPass(
                view, source: view.source, generation: chosen?.generation ?? .linux55, crash: crash?.index ?? Int.max)
        }
        let found =
            (chosen?.findings ?? []) + dialects + shadows.findings + Self.once(traced.map(\.findings))
        findings = found.sorted(by: Finding.comesFirst)
        let open = chosen?.undecided ?? []
        let openElsewhere = best.first { !$0.undecided.isEmpty }?.undecided ?? []
        undecided = (open.isEmpty ? openElsewhere : open) + shadows.undecided
        var state = chosen?.state ?? EngineState()
        state.shadowVariables = shadows.knowledge.variables
        finalState = state
        shadowUses = shadows.uses
        tracedShadowUses = traced.map(\.use).filter { $0.calls > 0 }
        self.crash = crash
        showsDebugLines = Self.showsDebugLines(observations)
        withoutVisibleCallbacks = facts.withoutVisibleCallbacks
        let names = Set(sections.flatMap(\.events).compactMap(\.patch))
        seenCallbacks = Dictionary(uniqueKeysWithValues: names.map { ($0, facts.seenCallbacks(of: $0)) })
        seenStateCallbacks = Dictionary(uniqueKeysWithValues: names.map { ($0, facts.states.seenCallbacks(of: $0)) })
        self.manifest = facts.manifest
        describedLivepatches = facts.described.union(facts.states.testModules)
        withUnknownStates = proposal == nil ? [] : names.filter { facts.hasUnknownStates($0) }
        livepatchesWithSilentCallbacks = Visibility(observations).silentCallbacks
        judgeTraces(facts, crash: crash?.index ?? Int.max)
        histories = HistoryBuilder.histories(of: self)
    }

    /// Holds what functions returned, and what became of modules, against the state of the time. Two traces may show the same.
    private mutating func judgeTraces(_ facts: Facts, crash: Int) {
        let timeline = StateTimeline(operations: operations)
        let livepatches = Set(seenCallbacks.keys).union(facts.manifest.livepatches.keys)
        var seen: Set<Finding.Subject> = []
        for view in traceViews where !boot.isUnordered {
            let results = ResultChecks(view, observations, timeline, crash: crash)
            let references = ModuleReferences(view, observations, timeline, facts, crash: crash)
            let calls = ModuleCalls(view, observations, timeline, livepatches: livepatches, crash: crash)
            let new = (results.findings + references.findings + calls.findings + Interleaving(view).findings).filter {
                !seen.contains($0.subject)
            }
            seen.formUnion(new.map(\.subject))
            findings += new
            if tracedRefusals.isEmpty { tracedRefusals = results.refusals }
            if refusedModuleCalls.isEmpty { refusedModuleCalls = calls.refusals }
        }
        findings.sort(by: Finding.comesFirst)
    }

    /// The findings of several traces, which may show the same call: at the same time, as far as their clocks agree.
    private static func once(_ traces: [[Finding]]) -> [Finding] {
        let nearby: UInt64 = 10_000
        return traces.reduce(into: []) { result, findings in
            let known = result
            result += findings.filter { finding in
                !known.contains { other in
                    guard other.rule == finding.rule, other.place?.event == finding.place?.event,
                        let time = finding.place?.record.time?.microseconds,
                        let before = other.place?.record.time?.microseconds
                    else { return false }
                    return time.subtractingReportingOverflow(before).partialValue.magnitude <= nearby
                }
            }
        }
    }

    static func crash(in observations: [Observation]) -> Observation? {
        observations.first { [.oops, .panic, .lockup].contains($0.event.message) }
    }

    static func showsDebugLines(_ observations: [Observation]) -> Bool {
        observations.contains {
            $0.isPrinted && [.initializing, .completing, .reversing, .canceling].contains($0.event.message)
        }
    }
}

/// The judgement of a boot by the rules of one generation.
struct GenerationRun {
    private(set) var generation: Generation
    let operations: [JudgedOperation]
    let findings: [Finding]
    let undecided: [Undecided]
    let state: EngineState

    var errorCount: Int { findings.count { $0.severity == .error } }
    /// How often lines have to have been lost in silence.
    var holeCount: Int { undecided.count { $0.reason == .silentLoss } }
    /// True if the other possible generations were not tried, because this one explains a long log without a fault.
    private(set) var isUnrivalled = false

    /// So many sections make a log long.
    private static let longLog = 1000

    /// The runs of the generations that raise the fewest errors, oldest first.
    static func best(
        of possible: [Generation], _ boot: Boot, _ observations: [Observation], _ sections: [Section], _ facts: Facts,
        _ given: Manifest
    ) -> [GenerationRun] {
        guard let newest = possible.last else { return [] }
        var first = GenerationRun(newest, boot, observations, sections, facts, given)
        if sections.count > longLog && first.errorCount == 0 {
            first.isUnrivalled = true
            return [first]
        }
        var runs = [first]
        for generation in possible.dropLast().reversed() {
            let policies = relevant(generation, sections, facts)
            if var same = runs.first(where: { relevant($0.generation, sections, facts) == policies }) {
                same.generation = generation
                runs.insert(same, at: 0)
            } else {
                runs.insert(GenerationRun(generation, boot, observations, sections, facts, given), at: 0)
            }
        }
        let fewest = runs.map(\.errorCount).min() ?? 0
        let least = runs.filter { $0.errorCount == fewest }
        // A generation that has to invent lost lines explains less than one that does not.
        let fewestHoles = least.map(\.holeCount).min() ?? 0
        return least.filter { $0.holeCount == fewestHoles }
    }

    /// The generation's policies, with those left alike of which nothing in the log depends: two generations that then agree
    /// judge the log alike.
    private static func relevant(_ generation: Generation, _ sections: [Section], _ facts: Facts) -> Policies {
        var policies = generation.policies
        let hasStates = facts.manifest.livepatches.values.contains { $0.states?.isEmpty == false }
        let hasStateCallbacks = policies.callbackOwner == .states
        if !hasStates, !hasStateCallbacks { policies.stateCompatibility = .absent }
        if !sections.contains(where: { $0.has(.signaling) }) { policies.signals = .none }
        // Calls of the shadow variable API are no part of any section.
        policies.shadowVariables = .absent
        return policies
    }

    init(
        _ generation: Generation, _ boot: Boot, _ observations: [Observation], _ sections: [Section], _ facts: Facts,
        _ given: Manifest
    ) {
        self.generation = generation
        let gaps = Gaps(observations: observations, beginsWithBanner: boot.banner != nil)
        let showsDebugLines = given.debugLines ?? Analysis.showsDebugLines(observations)
        let presence = ModulePresence(
            observations: observations, sections: sections, manifest: Manifest.kernelModules.merged(with: given))
        var judge = Judge(
            generation: generation, facts: facts, presence: presence, gaps: gaps, visibility: Visibility(observations),
            sections: sections,
            showsDebugLines: showsDebugLines, knowsBeginning: boot.banner != nil && boot.losses.isEmpty)
        judge.run()
        operations = judge.operations
        state = judge.state
        let slots = DebugVisibility.filter(
            Slot.all(of: judge.operations), operations: judge.operations, isOnThroughout: given.debugLines == true)
        let crash = Analysis.crash(in: observations)?.index ?? Int.max
        var collector = FindingCollector(
            operations: judge.operations, gaps: gaps, facts: facts, presence: presence, visibility: judge.visibility,
            doubt: LossDoubt(judge.operations, observations), isUnordered: boot.isUnordered, crash: crash)
        collector.run(slots: slots)
        let others =
            KernelWarnings.findings(observations) + PatchErrors.findings(observations, crash: crash)
            + ModuleOrder.findings(observations, sections, crash: crash)
            + AbsentModules.findings(observations, sections, crash: crash)
            + (judge.visibility.showsFunctionsOnly
                ? [] : CallbackSymmetry.findings(observations, sections, facts, judge.visibility))
        // One fault, one finding: what the model says of a line counts before what a single rule says.
        let found = Set(collector.findings.compactMap(\.place?.index))
        findings = collector.findings + others.filter { $0.place.map { !found.contains($0.index) } ?? true }
        undecided =
            collector.undecided
            + Pending.undecided(judge.state, judge.operations, crash: crash, besides: collector.undecided)
    }
}

extension Finding {
    static func comesFirst(_ left: Finding, _ right: Finding) -> Bool {
        if left.severity != right.severity { return left.severity < right.severity }
        return (left.place?.index ?? 0) < (right.place?.index ?? 0)
    }

    static func dialect(_ observation: Observation) -> Finding {
        Finding(
            rule: .oneDialectPerBoot, severity: .warning, subject: .unexpected, place: observation, because: nil,
            operation: nil)
    }
}

extension Manifest {
    /// Both, the other's word before this one's.
    func merged(with other: Manifest) -> Manifest {
        var result = self
        result.livepatches.merge(other.livepatches) { _, new in new }
        let names = Set(other.modules.map(\.name))
        result.modules = modules.filter { !names.contains($0.name) } + other.modules
        result.debugLines = other.debugLines ?? debugLines
        result.callbackLines.merge(other.callbackLines) { $0 + $1 }
        return result
    }
}
