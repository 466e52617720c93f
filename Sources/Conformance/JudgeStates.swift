import Livepatch
import Reconstruction
import ReferenceEngine

/// What the judge does where states have callbacks (states-2023, states-2025).
///
/// A state that two listed patches have is handed over without a line. So where one of the listed patches may have states that nobody
/// has told of, a state of which a whole transition says nothing may be that one's too. A transition that says something of it has to
/// say everything.
extension Judge {
    var hasStateCallbacks: Bool { engine.generation.policies.callbackOwner == .states }

    /// Tells the engine which states this load of each livepatch has. True if that is something new.
    func tellStates(until index: Int, _ manifest: inout Manifest) -> Bool {
        var hasChanged = false
        for name in manifest.livepatches.keys {
            let load = StateFacts.Load(patch: name, number: facts.load(of: name, at: index))
            let states = facts.states.states(of: load, at: index)
            guard manifest.livepatches[name]?.states != states else { continue }
            manifest.livepatches[name]?.states = states
            hasChanged = true
        }
        return hasChanged
    }

    /// Where the load begins that the section is about, if `enabling patch` stands after it.
    func endOfLoad(_ section: Section) -> Int? {
        guard case .enabling(let patch) = section.kind, !section.has(.enabling), sections.indices.contains(place + 1),
            let next = sections[place + 1].observations.first, next.event == Event(.enabling, patch: patch)
        else { return nil }
        return next.index
    }

    /// The lines that the section should have, and how much each is needed.
    func expected(
        _ prediction: Prediction, from state: EngineState, at index: Int
    ) -> [(expectation: Expectation, need: Need)] {
        let expectations = prediction.expectations.filter(\.event.message.belongsToSection)
        guard hasStateCallbacks else { return expectations.map { (known($0), need($0, at: index)) } }
        var result: [(expectation: Expectation, need: Need)] = []
        var release: Release?
        var ofCallback: Need? = .required
        let loadIndex = endOfLoad(sections[place]) ?? sections[place].observations.last?.index ?? index
        for expectation in expectations {
            switch expectation.event.message {
            case .stateCallback:
                result += destructions(after: release)
                let event = expectation.event
                ofCallback = isPerhapsShared(event, in: state) ? nil : need(expectation, at: loadIndex)
                release = ofCallback.flatMap { event.callback == .postUnpatch ? Release(event: event, need: $0) : nil }
                if let ofCallback { result.append((expectation, ofCallback)) }
            case .stateOutput, .stateDestructor:
                guard let ofCallback else { continue }
                if expectation.event.message == .stateDestructor { release?.destructors += 1 }
                let isCertain =
                    expectation.event.message == .stateOutput || isVariableKnown(expectation.event, after: release)
                let own = isCertain ? need(expectation, at: index) : .perhaps
                result.append((expectation, ofCallback == .perhaps ? .perhaps : own))
            default:
                result += destructions(after: release)
                release = nil
                ofCallback = .required
                result.append((known(expectation), need(expectation, at: index)))
            }
        }
        return result + destructions(after: release)
    }

    /// True if the variable that the destructor's line is about was seen to be made, and not by a patch that shares its state.
    private func isVariableKnown(_ destruction: Event, after release: Release?) -> Bool {
        guard let patch = destruction.patch else { return false }
        let states = engine.manifest.livepatches[patch]?.states ?? []
        let ids = states.filter { $0.destructorLine == destruction.text }.map(\.id)
        let released = release.flatMap { StateFacts.Owner($0.event)?.id }
        return ids.contains { id in
            // A state may have no callback that prints of its release.
            let isSpokenOf = id == released || episodes.speaks(of: StateFacts.Owner(patch: patch, id: id), in: place)
            return isSpokenOf && facts.states.hasVariable(id)
        }
    }

    /// The release of a state, and how many lines of its destructor the engine expects after it.
    private struct Release {
        let event: Event
        let need: Need
        var destructors = 0
    }

    /// What the destructor prints besides what the engine expects.
    private func destructions(after release: Release?) -> [(expectation: Expectation, need: Need)] {
        guard let release else { return [] }
        let level = Catalogue.level(of: .stateDestructor, for: engine.generation) ?? 6
        let seen = destructors(after: release.event).dropFirst(release.destructors)
        return facts.states.destructions(after: release.event, seen: Array(seen)).map { line in
            let expectation = Expectation(event: line.event, level: level, rule: .destructorFollowsRelease)
            return (expectation, release.need == .perhaps ? .perhaps : line.need)
        }
    }

    /// The destructor's lines right after the release, in the section being judged; those that stand there without any release, if it
    /// is elsewhere.
    private func destructors(after release: Event) -> [Event] {
        let events = sections[place].events
        let isOwn = { (event: Event) in event.message == .stateDestructor && event.patch == release.patch }
        guard let start = events.lastIndex(where: { $0.saysTheSame(as: release) }) else {
            let isReleased = events.contains { $0.callback == .postUnpatch && $0.patch == release.patch }
            return isReleased ? [] : events.filter(isOwn)
        }
        // A heading that was moved there is no matter of the destructor's.
        return Array(
            events[(start + 1)...].filter { $0.message != .stateOutput && $0.message != .completing }
                .prefix(while: isOwn))
    }

    /// True if nothing in the whole transition is said of the state, and another patch, listed or unseen, may have it.
    private func isPerhapsShared(_ event: Event, in state: EngineState) -> Bool {
        guard let owner = StateFacts.Owner(event), !episodes.speaks(of: owner, in: place) else { return false }
        let index = sections[place].observations.last?.index ?? 0
        if !knowsEverything, !facts.states.isOfNoStranger(owner.id, at: index) { return true }
        return (state.patches.map(\.name) + sections[place].events.compactMap(\.patch)).contains { name in
            name != owner.patch && !facts.areStatesKnown(of: name, at: index)
        }
    }

    /// What the kernel would have refused, as far as that can be said: which states may follow which is known only of described
    /// livepatches.
    func certain(_ objections: [Objection], _ operation: Operation, from state: EngineState) -> [Objection] {
        guard objections.contains(where: { $0.rule == .statesDecideCompatibility }) else { return objections }
        if !hasStateCallbacks {
            // A livepatch from before the log may be what the refused one does not fit.
            guard case .refuseEnable = operation, !knowsWholeList(state) else { return objections }
            return objections.filter { $0.rule != .statesDecideCompatibility }
        }
        let index = sections[place].observations.last?.index ?? 0
        let areKnown = (state.patches.map(\.name) + [operation.patch].compactMap { $0 }).allSatisfy {
            facts.areStatesKnown(of: $0, at: index)
        }
        return areKnown && knowsEverything
            ? objections : objections.filter { $0.rule != .statesDecideCompatibility }
    }

    /// True if no livepatch can be enabled unseen: the log is seen from the boot on, or one was enabled that replaces all others.
    private func knowsWholeList(_ state: EngineState) -> Bool {
        knowsEverything
            || state.patches.contains { $0.isEnabled && engine.manifest.livepatches[$0.name]?.replaces == true }
    }

    /// Patches that a later one has perhaps replaced, and which are then no longer there to share a state.
    func withoutReplaced(_ preparation: Preparation) -> [Preparation] {
        let patches = preparation.state.patches
        let transition = preparation.state.transition
        return patches.indices.dropFirst().filter { later in
            let patch = patches[later]
            guard engine.manifest.livepatches[patch.name]?.replace == nil else { return false }
            guard let transition, transition.patch == patch.name else { return patch.isEnabled }
            return !patch.isEnabled && transition.direction != .patching
        }.map { later in
            var result = preparation
            result.state.patches.removeSubrange(..<later)
            result.assumptions += patches[..<later].map { .replaced(patch: $0.name) }
            return result
        }
    }
}

extension Operation {
    /// The patch that it is about.
    fileprivate var patch: String? {
        switch self {
        case .enable(let patch, _), .disable(let patch), .reverse(let patch), .completeTransition(let patch),
            .refuseEnable(let patch), .refuseDisable(let patch):
            patch
        case .signal, .force, .moduleComing, .moduleGoing, .shadow: nil
        }
    }
}
