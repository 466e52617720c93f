import Livepatch
import Reconstruction
import ReferenceEngine

/// Walks through the sections of a boot and finds, for each, the operation that contradicts it least.
///
/// The state follows what was seen: a contradiction is noted, and the walk goes on from there.
struct Judge {
    let facts: Facts
    let presence: ModulePresence
    let gaps: Gaps
    let visibility: Visibility
    let sections: [Section]
    let showsDebugLines: Bool
    /// Which transitions speak of which states, where states have callbacks.
    let episodes: Episodes
    private(set) var engine: ReferenceEngine
    private(set) var state = EngineState()
    private(set) var operations: [JudgedOperation] = []
    /// The patches whose status is known. The others may have been anything before the log begins.
    private(set) var known: Set<String> = []
    /// True if the log shows the boot from its beginning without a loss: a patch never seen is not there.
    private(set) var knowsEverything: Bool
    /// The section being judged, as an index.
    private(set) var place = 0
    private var lastSeen: Observation?
    /// Transitions that a second one, which the kernel should have refused, has pushed aside.
    private(set) var suspended: [String: Transition] = [:]
    /// Patches that were replaced, and by whom, until they are enabled again.
    private(set) var replacedBy: [String: String] = [:]

    init(
        generation: Generation, facts: Facts, presence: ModulePresence, gaps: Gaps, visibility: Visibility,
        sections: [Section],
        showsDebugLines: Bool, knowsBeginning: Bool
    ) {
        self.facts = facts
        self.presence = presence
        self.gaps = gaps
        self.visibility = visibility
        self.sections = sections
        self.showsDebugLines = showsDebugLines
        episodes = generation.policies.callbackOwner == .states ? Episodes(sections) : Episodes()
        engine = ReferenceEngine(generation: generation, manifest: facts.manifest)
        knowsEverything = knowsBeginning
    }

    mutating func run() {
        for index in sections.indices {
            place = index
            forgetWhatLossHides(before: sections[index])
            judge(sections[index])
            lastSeen = sections[index].observations.last
        }
        reopenLastCompletion()
    }

    /// A completion that the log breaks off in is not over: the callbacks may still run, or hang.
    private mutating func reopenLastCompletion() {
        guard let last = operations.last, case .completeTransition(let patch)? = last.operation,
            !last.observations.contains(where: { $0.event.message == .complete }),
            let direction = last.steps.lazy.compactMap(\.expectation).first?.event.direction
        else { return }
        let before = operations.count > 1 ? operations[operations.count - 2].stateAfter : state
        state = before
        state.transition = Transition(patch: patch, direction: direction)
        operations[operations.count - 1].stateAfter = state
    }

    /// After a proven loss, nothing is known of who is enabled.
    private mutating func forgetWhatLossHides(before section: Section) {
        guard case .loss? = gaps.excuse(after: lastSeen, before: section.observations.first) else { return }
        known = []
        knowsEverything = false
        // A transition of which only a signal told: of whose it was nothing tells any more.
        if state.transition?.patch.isEmpty == true { state.transition = nil }
    }

    private mutating func judge(_ section: Section) {
        var best = stray(section)
        tellEngine(of: section)
        for operation in section.candidates(objects: objects) {
            if case .enable(let patch, _) = operation, let first = section.observations.first {
                state.loadedModules = loadedModules(for: patch, at: first)
            }
            for preparation in preparations(for: operation, section) {
                let evaluation = evaluate(operation, preparation, section)
                if evaluation.isBetter(than: best) { best = evaluation }
                guard hasStateCallbacks, evaluation.cost > 0 else { continue }
                for variant in withoutReplaced(preparation) {
                    let evaluation = evaluate(operation, variant, section)
                    if evaluation.isBetter(than: best) { best = evaluation }
                }
            }
        }
        if best.cost > 0, isCut(section) { return operations.append(remainder(section)) }
        operations += best.preparation.lost
        operations.append(best.judged)
        operations[operations.count - 1].replaced = replaced(besides: best.judged.operation)
        followReplacement(best)
        followSuspension(best)
        state = best.prediction.state
        note(best)
    }

    /// The replaced livepatches; the operation may enable one of them again.
    private func replaced(besides operation: Operation?) -> Set<String> {
        var result = Set(replacedBy.keys)
        if case .enable(let patch, _)? = operation { result.remove(patch) }
        return result
    }

    private mutating func followReplacement(_ best: Evaluation) {
        switch best.judged.operation {
        case .enable(let patch, _): replacedBy[patch] = nil
        case .completeTransition(let patch):
            for entry in best.preparation.state.patches where entry.name != patch {
                if best.prediction.state.patch(entry.name) == nil { replacedBy[entry.name] = patch }
            }
        default: break
        }
    }

    private mutating func followSuspension(_ best: Evaluation) {
        guard let old = state.transition else { return suspended[best.prediction.state.transition?.patch ?? ""] = nil }
        let new = best.prediction.state.transition
        let isEnded = best.preparation.lost.contains { $0.operation == .completeTransition(patch: old.patch) }
        if old.patch != new?.patch, !isEnded, best.judged.operation != .completeTransition(patch: old.patch) {
            suspended[old.patch] = old
        }
        if let patch = new?.patch { suspended[patch] = nil }
        if case .completeTransition(let patch)? = best.judged.operation { suspended[patch] = nil }
    }

    /// True if lines of the section may lie before the log, or among lost ones, so that what is left of it proves nothing.
    private func isCut(_ section: Section) -> Bool {
        guard !section.beginsWithItsFirstLine else { return false }
        return switch gaps.excuse(after: lastSeen, before: section.observations.first) {
        case .beginning, .loss: true
        case .end, .seam, nil: false
        }
    }

    private func remainder(_ section: Section) -> JudgedOperation {
        JudgedOperation(
            operation: nil, steps: section.observations.map { .unexpected($0) }, objections: [], assumptions: [],
            isLost: false, stateAfter: state, isRemainder: true)
    }

    /// The lines explained by nothing.
    private func stray(_ section: Section) -> Evaluation {
        let judged = JudgedOperation(
            operation: nil, steps: section.observations.map { .unexpected($0) }, objections: [], assumptions: [],
            isLost: false, stateAfter: state)
        return Evaluation(
            preparation: Preparation(state: state),
            prediction: Prediction(state: state, expectations: [], objections: []), judged: judged,
            cost: Weight.unexpected * section.observations.count, excused: Weight.noExplanation)
    }

    private func evaluate(_ operation: Operation, _ preparation: Preparation, _ section: Section) -> Evaluation {
        let prediction = engine.perform(operation, on: preparation.state)
        let index = section.observations.first?.index ?? 0
        let alignment = Alignment.of(
            expected(prediction, from: preparation.state, at: index), section.observations)
        let objected =
            certain(visible(prediction.objections), operation, from: preparation.state)
            + visible(preparation.objection.map { [$0] } ?? [])
        let judged = JudgedOperation(
            operation: operation, steps: alignment.steps, objections: objected,
            assumptions: preparation.assumptions, isLost: false, stateAfter: prediction.state)
        let objections = preparation.lost.reduce(objected.count) { $0 + $1.objections.count }
        let differences = differences(judged, preparation)
        return Evaluation(
            preparation: preparation, prediction: prediction, judged: judged,
            cost: objections * Weight.objection + differences.cost, excused: differences.excused)
    }

    /// The objections that the sources can show: none where the state is not followed; and without the failing function's result no
    /// cause of a failure is seen.
    func visible(_ objections: [Objection]) -> [Objection] {
        guard visibility.showsFunctionsOnly else { return objections }
        guard visibility.showsTransitions else { return [] }
        return objections.filter { $0.rule != .failedEnableHasCause }
    }

    /// What the differences weigh. Lines missing in a row weigh less where the log may have a hole.
    private func differences(
        _ judged: JudgedOperation, _ preparation: Preparation
    ) -> (cost: Int, excused: Int) {
        var sum = (cost: 0, excused: 0)
        var run = preparation.lost.flatMap(\.steps)
        let lacksReversal = preparation.lost.contains { if case .reverse? = $0.operation { true } else { false } }
        var previous = lastSeen
        let isJoined = endsOpen
        for step in judged.steps {
            guard let seen = step.seen else {
                run.append(step)
                continue
            }
            var missing = missingCost(
                run, after: previous, before: seen, continuesRun: isJoined && previous == lastSeen)
            // Nobody reverses a transition without a line where the log shows everything else.
            if lacksReversal, previous == lastSeen, missing.cost > 0, !missing.isSilent {
                missing.cost += Weight.unseenReversal
            }
            sum = (sum.cost + missing.cost, sum.excused + missing.excused)
            if case .unexpected = step { sum.cost += Weight.unexpected }
            previous = seen
            run = []
        }
        let next = sections.indices.contains(place + 1) ? sections[place + 1].observations.first : nil
        let missing = missingCost(run, after: previous, before: next, continuesRun: false)
        return (sum.cost + missing.cost, sum.excused + missing.excused)
    }

    /// True if the last lines of the operation before are missing, so that a hole may have begun there.
    private var endsOpen: Bool {
        guard let last = operations.last?.steps.last, case .missing(_, let need) = last else { return false }
        return need == .required
    }

    private func missingCost(
        _ steps: [Step], after previous: Observation?, before next: Observation?, continuesRun: Bool
    ) -> (cost: Int, excused: Int, isSilent: Bool) {
        let required = steps.compactMap { step -> Expectation? in
            if case .missing(let expectation, .required) = step { expectation } else { nil }
        }
        let plain = steps.reduce(0) { sum, step in
            if case .missing(_, let need) = step { sum + Weight.missing(need) } else { sum }
        }
        guard plain > 0 else { return (0, 0, false) }
        guard let next, gaps.excuse(after: previous, before: next) == nil else { return (0, 1, false) }
        let isSilentLoss =
            required.count + (continuesRun ? 1 : 0) > 1
            && gaps.mayHide(required.map(\.level).min() ?? 0, after: previous, before: next)
        return (isSilentLoss ? min(plain, Weight.silentLossMaximum) : plain, 0, isSilentLoss)
    }

    /// The expectation as far as the state is known: without the other wording if no patch can be there unseen.
    func known(_ expectation: Expectation) -> Expectation {
        var result = expectation
        if knowsEverything { result.alternative = nil }
        return result
    }

    /// How much the line is needed there.
    func need(_ expectation: Expectation, at index: Int) -> Need {
        if visibility.mayHide(expectation.event) { return .perhaps }
        if expectation.level == 7 { return showsDebugLines ? .debug : .perhaps }
        if expectation.isPrintedByLivepatch, let patch = expectation.event.patch,
            facts.withoutVisibleCallbacks.contains(patch)
        {
            return .perhaps
        }
        if presence.isDoubtful(expectation.event, at: index) { return .perhaps }
        return facts.need(expectation.event, at: index)
    }

    private func objects(of patch: String) -> [String] {
        facts.manifest.livepatches[patch]?.objects.map(\.name) ?? []
    }

    /// Tells the engine what the facts say of this load of each livepatch: whether it replaces the others.
    private mutating func tellEngine(of section: Section) {
        guard let first = section.observations.first, let last = section.observations.last else { return }
        var manifest = engine.manifest
        var hasChanged = false
        if hasStateCallbacks { hasChanged = tellStates(until: endOfLoad(section) ?? last.index, &manifest) }
        for name in manifest.livepatches.keys {
            let index = hasStateCallbacks ? last.index : first.index
            let value = facts.replace.replaces(name, load: facts.load(of: name, at: index))
            let replace = value.map { LivepatchDescription.Replace.fixed($0) }
            if manifest.livepatches[name]?.replace != replace {
                manifest.livepatches[name]?.replace = replace
                hasChanged = true
            }
        }
        if hasChanged { engine = ReferenceEngine(generation: engine.generation, manifest: manifest) }
    }

    func loadedModules(for patch: String, at observation: Observation) -> Set<String> {
        var loaded = state.loadedModules
        let end = endOfActivity(of: patch, after: observation.index)
        for object in objects(of: patch) where object != Event.vmlinux {
            let isLoaded = presence.isLoaded(object, at: observation.index, watchedUntil: end) ?? false
            if isLoaded { loaded.insert(object) } else { loaded.remove(object) }
        }
        return loaded
    }

    /// The observation up to which the patch stays active: it watches its modules that long.
    private func endOfActivity(of patch: String, after index: Int) -> Int {
        for section in sections[place...] {
            for observation in section.observations where observation.index > index && observation.event.patch == patch
            {
                let event = observation.event
                if event.message == .enabling { return observation.index - 1 }
                if event.message == .complete && event.direction == .unpatching { return observation.index }
            }
        }
        return Int.max
    }

    /// What the section settles: who is known from now on.
    private mutating func note(_ best: Evaluation) {
        for observation in best.judged.observations {
            if let patch = observation.event.patch, best.judged.operation != nil { known.insert(patch) }
        }
    }

    func status(of patch: String) -> PatchStatus {
        if let running = state.transition, running.patch == patch { return .inTransition(running.direction) }
        if let running = suspended[patch] { return .inTransition(running.direction) }
        if let entry = state.patch(patch), entry.isEnabled { return .enabled }
        return known.contains(patch) || knowsEverything ? .disabled : .unknown
    }

    /// The next thing that the log says of the patch, from the section being judged on.
    func nextMention(of patch: String) -> Event? {
        for section in sections[place...] {
            for event in section.events where event.patch == patch { return event }
        }
        return nil
    }
}

/// What a patch is doing.
public enum PatchStatus: Hashable, Sendable {
    /// Nothing is known.
    case unknown
    /// Not loaded, or registered and disabled.
    case disabled
    /// Enabled.
    case enabled
    /// In transition.
    case inTransition(Direction)
}
