import Livepatch
import Reconstruction
import ReferenceEngine

/// From which states an operation could have been performed: the present one, one that has to be assumed because the log
/// does not reach back far enough, or one after operations whose lines were lost.
extension Judge {
    func preparations(for operation: Operation, _ section: Section) -> [Preparation] {
        let present = Preparation(state: state)
        switch operation {
        case .enable(let patch, _): return [present] + beforeEnable(patch)
        case .disable(let patch): return reaching(.enabled, patch, else: .unpatchingNeedsEnabledPatch)
        case .reverse(let patch):
            let target = section.events.last { $0.message == .starting && $0.patch == patch }?.direction
            let old = section.events.last { $0.message == .reversing }?.direction
            guard let from = old ?? target?.reversed else { return [present] }
            return reaching(.inTransition(from), patch, else: .reversalNeedsTransition)
        case .completeTransition(let patch):
            let ends = section.observations.last { $0.event.patch == patch && $0.event.direction != nil }
            let direction = ends?.event.direction ?? .patching
            return reaching(.inTransition(direction), patch, else: .completionNeedsStart)
        case .moduleComing, .moduleGoing: return beforeModule(section, present)
        case .signal, .force: return [present] + beforeSignal()
        case .refuseDisable(let patch):
            return status(of: patch) == .unknown ? [assuming(.enabled, patch), present] : [present]
        case .refuseEnable, .shadow: return [present]
        }
    }

    /// No transition may run, and the patch itself must not be enabled.
    private func beforeEnable(_ patch: String) -> [Preparation] {
        if let running = state.transition, running.patch != patch, !isStillInTransition(running.patch) {
            return [losing([.completeTransition(patch: running.patch)])]
        }
        switch status(of: patch) {
        case .unknown, .disabled: return []
        case .enabled:
            var variants = [losing([.disable(patch: patch), .completeTransition(patch: patch)])]
            if let replaced = replaced(patch) { variants.insert(replaced, at: 0) }
            return variants
        case .inTransition(.patching):
            return [losing([.reverse(patch: patch), .completeTransition(patch: patch)])]
        case .inTransition(.unpatching): return [losing([.completeTransition(patch: patch)])]
        }
    }

    /// The patch was replaced by one that was enabled later, of which nothing says that it does not replace.
    private func replaced(_ patch: String) -> Preparation? {
        guard let place = state.patches.firstIndex(where: { $0.name == patch }) else { return nil }
        let later = state.patches[(place + 1)...].filter { candidate in
            candidate.isEnabled && engine.manifest.livepatches[candidate.name]?.replace == nil
        }
        guard let by = later.last, let end = state.patches.firstIndex(where: { $0.name == by.name }) else { return nil }
        var preparation = Preparation(state: state, assumptions: [.replaced(patch: patch)])
        preparation.state.patches.removeSubrange(..<end)
        return preparation
    }

    /// Ways to get the patch into the status; the last is that the kernel did what it never does.
    private func reaching(_ goal: PatchStatus, _ patch: String, else rule: RuleID) -> [Preparation] {
        let present = status(of: patch)
        if suspended[patch] != nil, present == goal { return [assuming(goal, patch, isAssumption: false)] }
        if let running = state.transition, running.patch != patch {
            let forced = against(.oneTransitionAtATime, because: running.patch, goal, patch)
            guard !isStillInTransition(running.patch) else { return [forced] }
            let done = losing([.completeTransition(patch: running.patch)])
            return [extend(done, by: steps(from: present, to: goal, patch)), forced]
        }
        if present == goal { return [Preparation(state: state)] + stackOrderLoss(goal, patch) }
        if present == .unknown { return [assuming(goal, patch)] }
        let lost = losing(steps(from: present, to: goal, patch))
        guard case (.inTransition, .inTransition) = (present, goal) else {
            return [lost, against(rule, because: nil, goal, patch)]
        }
        let otherDirection = rule == .completionNeedsStart ? RuleID.completionKeepsDirection : rule
        return [Preparation(state: state), lost, against(otherDirection, because: nil, goal, patch)]
    }

    /// The state as if the patch had the status, and the objection that it has not.
    private func against(
        _ rule: RuleID, because other: String?, _ goal: PatchStatus, _ patch: String
    ) -> Preparation {
        var preparation = assuming(goal, patch, isAssumption: false)
        preparation.objection = Objection(
            rule: replacedBy[patch] == nil ? rule : .replacedPatchIsSilent, other: replacedBy[patch] ?? other)
        return preparation
    }

    /// A later patch that blocks a disable by stack order may have been disabled unseen.
    private func stackOrderLoss(_ goal: PatchStatus, _ patch: String) -> [Preparation] {
        guard goal == .enabled, engine.generation.policies.stackOrder == .enforced,
            let place = state.patches.firstIndex(where: { $0.name == patch })
        else { return [] }
        let later = state.patches[(place + 1)...].filter(\.isEnabled).map(\.name)
        guard !later.isEmpty, later.allSatisfy({ nextMention(of: $0)?.message ?? .enabling == .enabling }) else {
            return []
        }
        return [losing(later.reversed().flatMap { [.disable(patch: $0), .completeTransition(patch: $0)] })]
    }

    /// The shortest way from one status to another.
    private func steps(from: PatchStatus, to goal: PatchStatus, _ patch: String) -> [Operation] {
        let enable = Operation.enable(patch: patch, outcome: .started)
        let complete = Operation.completeTransition(patch: patch)
        switch (from, goal) {
        case (.disabled, .enabled), (.unknown, .enabled): return [enable, complete]
        case (.disabled, .inTransition(.patching)), (.unknown, .inTransition(.patching)): return [enable]
        case (.disabled, .inTransition(.unpatching)), (.unknown, .inTransition(.unpatching)):
            return [enable, .reverse(patch: patch)]
        case (.enabled, .inTransition(.unpatching)): return [.disable(patch: patch)]
        case (.enabled, .inTransition(.patching)): return [.disable(patch: patch), .reverse(patch: patch)]
        case (.inTransition(.patching), .enabled): return [complete]
        case (.inTransition(.unpatching), .enabled): return [.reverse(patch: patch), complete]
        case (.inTransition, .inTransition): return [.reverse(patch: patch)]
        default: return []
        }
    }

    /// Performs operations of which not a line was seen.
    private func losing(_ operations: [Operation]) -> Preparation {
        extend(Preparation(state: state), by: operations)
    }

    private func extend(_ preparation: Preparation, by operations: [Operation]) -> Preparation {
        var result = preparation
        let index = sections[place].observations.first?.index ?? 0
        for operation in operations {
            let prediction = engine.perform(operation, on: result.state)
            let expected = expected(prediction, from: result.state, at: index)
            let objections = certain(visible(prediction.objections), operation, from: result.state)
            result.state = prediction.state
            result.lost.append(
                JudgedOperation(
                    operation: operation, steps: expected.map { .missing($0.expectation, $0.need) },
                    objections: objections, assumptions: [], isLost: true,
                    stateAfter: prediction.state))
        }
        return result
    }

    /// Takes the patch to have been in that status before the log begins.
    func assuming(_ goal: PatchStatus, _ patch: String, isAssumption: Bool = true) -> Preparation {
        var preparation = Preparation(state: state)
        guard let first = sections[place].observations.first else { return preparation }
        preparation.state.loadedModules = loadedModules(for: patch, at: first)
        var entry = state.patch(patch) ?? PatchState(name: patch, isEnabled: true, objects: [])
        entry.isEnabled = true
        if state.patch(patch) == nil {
            let states = engine.manifest.livepatches[patch]?.states ?? []
            entry.preparedStates = Set(states.map(\.id))
            for described in states where hasStateCallbacks {
                guard let object = described.allocates else { continue }
                let key = ShadowVariables.Key(object: object, id: UInt64(described.id))
                preparation.state.shadowVariables[key] = ShadowVariables.Variable(data: "", content: "")
            }
        }
        let hasDisabledStates = hasStateCallbacks && engine.manifest.livepatches[patch]?.replaces == true
        for object in entry.objects.isEmpty ? engine.manifest.livepatches[patch]?.objects ?? [] : [] {
            let isLoaded =
                object.name == Event.vmlinux || preparation.state.loadedModules.contains(object.name)
            entry.objects.append(
                ObjectState(name: object.name, isLoaded: isLoaded, isPatched: isLoaded, isPrepared: isLoaded))
        }
        switch goal {
        case .inTransition(let direction):
            entry.isEnabled = direction == .patching
            preparation.state.transition = Transition(
                patch: patch, direction: direction, hasDisabledStates: hasDisabledStates)
            preparation.assumptions = isAssumption ? [.inTransitionBefore(patch: patch, direction)] : []
        default:
            preparation.state.transition = isAssumption ? preparation.state.transition : nil
            preparation.assumptions = isAssumption ? [.enabledBefore(patch: patch)] : []
        }
        if let place = preparation.state.patches.firstIndex(where: { $0.name == patch }) {
            preparation.state.patches[place] = entry
        } else {
            preparation.state.patches.insert(entry, at: isAssumption ? 0 : preparation.state.patches.count)
        }
        return preparation
    }

    /// Patches that handle the module and were never seen were enabled before the log, or in transition if the log goes on
    /// with the end of their transition.
    private func beforeModule(_ section: Section, _ present: Preparation) -> [Preparation] {
        let unknown = mentioned(in: section).filter { status(of: $0) == .unknown }
        guard !unknown.isEmpty else { return [present] }
        let enabled = unknown.reduce(present) { adding(.enabled, $1, to: $0, section) }
        let ended = unknown.first { transitionThatFollows(of: $0, section) != nil }
        // Where nothing more is said of them, the end of a transition may lie behind the log as its beginning lies before it.
        let following = sectionsUntilLoss
        let isSilent = !unknown.contains { patch in
            following.contains { !$0.isAboutModule && $0.events.contains { $0.patch == patch } }
        }
        let silent = isSilent && unknown.count == 1 ? unknown.first : nil
        guard state.transition == nil, let running = ended ?? silent else { return [enabled, present] }
        let direction = transitionThatFollows(of: running, section) ?? .patching
        let inTransition = unknown.reduce(present) {
            adding($1 == running ? .inTransition(direction) : .enabled, $1, to: $0, section)
        }
        return ended == nil ? [enabled, inTransition, present] : [inTransition, enabled, present]
    }

    private func adding(
        _ status: PatchStatus, _ patch: String, to preparation: Preparation, _ section: Section
    ) -> Preparation {
        var result = preparation
        let assumed = assuming(status, patch)
        guard var entry = assumed.state.patch(patch) else { return result }
        handleUnnamedModule(of: section, status, &entry)
        if case .coming(let module) = section.kind {
            for index in entry.objects.indices where entry.objects[index].name == module {
                entry.objects[index].isLoaded = false
                entry.objects[index].isPatched = false
                entry.objects[index].isPrepared = false
            }
            result.state.loadedModules.remove(module)
        }
        result.state.patches.insert(entry, at: 0)
        restore(entry, by: result.state.transition?.patch, &result.state)
        if case .inTransition = status { result.state.transition = assumed.state.transition }
        result.assumptions += assumed.assumptions
        return result
    }

    /// A replace patch in transition handles modules that only earlier patches name; these may lie before the log.
    private func handleUnnamedModule(of section: Section, _ status: PatchStatus, _ entry: inout PatchState) {
        guard case .inTransition(.patching) = status, engine.manifest.livepatches[entry.name]?.replaces != false else {
            return
        }
        switch section.kind {
        case .coming(let module), .going(let module):
            guard !entry.objects.contains(where: { $0.name == module }) else { return }
            entry.objects.append(ObjectState(name: module, isLoaded: true, isPatched: true, isDynamic: true))
        default: break
        }
    }

    /// A replace patch in transition handles the objects of the patches that it replaces (klp_add_nops).
    private func restore(_ entry: PatchState, by running: String?, _ state: inout EngineState) {
        guard let running, engine.manifest.livepatches[running]?.replaces != false,
            let place = state.patches.firstIndex(where: { $0.name == running })
        else { return }
        for object in entry.objects where !state.patches[place].objects.contains(where: { $0.name == object.name }) {
            var restored = object
            restored.isDynamic = true
            state.patches[place].objects.append(restored)
        }
    }

    /// The direction of the patch's transition, if the next section that names it ends or reverses one.
    private func transitionThatFollows(of patch: String, _ section: Section) -> Direction? {
        for later in sectionsUntilLoss {
            for event in later.events where event.patch == patch {
                switch event.message {
                case .completing, .complete: return event.direction
                case .reversing: return event.direction
                case .callback:
                    // What is done for a module that comes or goes meanwhile; some is done only outside of a transition.
                    switch (event.moduleState, event.callback) {
                    case (.coming, .postPatch), (.going, .preUnpatch): return nil
                    case (.coming, _), (.going, _): continue
                    default: break
                    }
                    if event.callback == .postPatch && event.moduleState == .live { return .patching }
                    if event.callback == .postUnpatch && event.moduleState == .live { return .unpatching }
                    if event.moduleState == nil, later.has(.complete) {
                        return event.callback == .postPatch ? .patching : .unpatching
                    }
                    return nil
                case .applying, .reverting: continue
                default: return nil
                }
            }
        }
        return nil
    }

    /// The sections behind the one being judged, up to a proven loss, which may hide the end of one transition and the beginning of
    /// another.
    private var sectionsUntilLoss: ArraySlice<Section> {
        var previous = sections[place].observations.last
        return sections[(place + 1)...].prefix { section in
            defer { previous = section.observations.last }
            if case .loss? = gaps.excuse(after: previous, before: section.observations.first) { return false }
            return true
        }
    }

    private func mentioned(in section: Section) -> [String] {
        var seen: Set<String> = []
        return section.events.filter { $0.message != .callback }.compactMap(\.patch)
            .filter { seen.insert($0).inserted }.reversed()
    }

    /// A transition that began before the log: of whom is told, if at all, by what comes next.
    private func beforeSignal() -> [Preparation] {
        guard state.transition == nil, !knowsEverything else { return [] }
        let following = sectionsUntilLoss
        for section in sections[place...place] + following {
            for event in section.events {
                guard let patch = event.patch else { continue }
                guard status(of: patch) == .unknown, let direction = directionOfTransition(endedBy: event) else {
                    return []
                }
                return [assuming(.inTransition(direction), patch)]
            }
        }
        let isLossAhead = following.endIndex < sections.endIndex
        guard operations.isEmpty || isLossAhead else { return [] }
        var preparation = Preparation(state: state)
        preparation.state.transition = Transition(patch: "", direction: .patching)
        preparation.assumptions = [.inTransitionBefore(patch: "", .patching)]
        return [preparation]
    }

    /// The direction of the transition that the event ends or reverses; nil if it does neither.
    private func directionOfTransition(endedBy event: Event) -> Direction? {
        switch event.message {
        case .completing, .complete, .reversing: event.direction ?? .patching
        // The line before it may have been lost, or is not shown.
        case .callback where event.moduleState ?? .live == .live:
            switch event.callback {
            case .postPatch: .patching
            case .postUnpatch: .unpatching
            default: nil
            }
        default: nil
        }
    }

    /// True if the log goes on speaking of the patch's transition, so that it cannot have ended unseen.
    private func isStillInTransition(_ patch: String) -> Bool {
        switch nextMention(of: patch)?.message {
        case .completing, .complete, .reversing: true
        default: false
        }
    }
}

extension Section {
    /// True for sections about a module that comes or goes.
    fileprivate var isAboutModule: Bool {
        switch kind {
        case .coming, .going: true
        default: false
        }
    }
}
