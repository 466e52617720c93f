import Livepatch
import Reconstruction
import ReferenceEngine

/// Which states livepatches have where states have callbacks (states-2023, states-2025), and which of these print.
///
/// A manifest may say it, or the parameters with which one of the proposals' own test modules was loaded. Otherwise a load of a
/// livepatch has the states of which it prints:
///
///     load 1    pre_patch 1, post_patch 1            state 1, and nothing is known of its other callbacks
///     load 2    pre_unpatch 1, post_unpatch 1        state 1; that nothing was set up is no fault if another patch had it
///     load 3    -                                    perhaps none, perhaps those of another patch: nothing is printed of them
struct StateFacts {
    typealias Load = ReplaceFacts.Load

    /// One state of one livepatch.
    struct Owner: Hashable {
        let patch: String
        let id: UInt
    }

    /// The livepatches whose states the user or a test module's source tells.
    private var given: [String: [StateDescription]] = [:]
    /// The proposals' test modules, as far as the log does not show that they are others.
    private var modules: [String: ParameterisedLivepatch] = [:]
    /// With which parameters a test module was loaded.
    private var arguments: [Load: [String]] = [:]
    /// The callbacks that each load printed.
    private var sightings: [Owner: [CallbackKind: Set<Int>]] = [:]
    private var order: [String: [UInt]] = [:]
    /// Where it was said that a load cannot be disabled, and where somebody wrote to a module's parameters.
    private var blocked: [Load: [Int]] = [:]
    private var writes: [String: [Int]] = [:]
    /// False if modules tell of calls that may allocate, or free, variables of states.
    private(set) var areVariablesKnown = true
    /// What callbacks print right after their own lines.
    private var outputs: [Owner: [CallbackKind: [String]]] = [:]
    /// What destructors print, by livepatch.
    private var destructors: [String: [Event]] = [:]
    /// Where a state was set up, by whichever livepatch, and where records may be missing.
    private var setups: [UInt: [Int]] = [:]
    private var gaps: [Int] = []

    /// Knows nothing; for generations whose states have no callbacks.
    init() {}

    init(
        _ observations: [Observation], _ sections: [Section], given: [String: [StateDescription]],
        modules: [String: ParameterisedLivepatch], load: (String, Int) -> Int
    ) {
        self.given = given
        for (place, observation) in observations.enumerated() {
            take(observation, modules, load)
            guard place > 0, let text = observation.event.text, observation.event.message == .stateOutput,
                !observation.event.tellsForcedError
            else { continue }
            let previous = observations[place - 1].event
            guard let owner = Owner(previous), let kind = previous.callback, previous.patch == observation.event.patch
            else { continue }
            outputs[owner, default: [:]][kind, default: []].append(text)
        }
        self.modules = modules.filter { given[$0.key] == nil && fits($0.value) }
        let patches = Set(sightings.keys.map(\.patch))
        for patch in patches { order[patch] = StateOrder.order(of: patch, sections) }
    }

    private mutating func take(
        _ observation: Observation, _ modules: [String: ParameterisedLivepatch], _ load: (String, Int) -> Int
    ) {
        let event = observation.event
        if observation.gap != nil { gaps.append(observation.index) }
        if event.message == .command, let text = event.text { takeCommand(text, observation, modules, load) }
        if event.message.isShadowOutput { areVariablesKnown = false }
        guard let patch = event.patch else { return }
        let number = load(patch, observation.index)
        switch event.message {
        case .stateCallback:
            guard let owner = Owner(event), let kind = event.callback else { return }
            sightings[owner, default: [:]][kind, default: []].insert(number)
            if kind == .prePatch { setups[owner.id, default: []].append(observation.index) }
        case .stateDestructor: destructors[patch, default: []].append(event)
        case .disableBlocked: blocked[Load(patch: patch, number: number), default: []].append(observation.index)
        default: break
        }
    }

    private mutating func takeCommand(
        _ text: String, _ observation: Observation, _ modules: [String: ParameterisedLivepatch],
        _ load: (String, Int) -> Int
    ) {
        if case .load(let module, let words)? = Command(text), let known = modules[module] {
            let next = Load(patch: module, number: load(module, observation.index) + 1)
            arguments[next] = known.understands(words) ? words : nil
        }
        let parts = text.split(separator: "/").map(String.init)
        if let place = parts.firstIndex(of: "parameters"), place > 0, text.hasPrefix("echo") {
            writes[parts[place - 1], default: []].append(observation.index)
        }
    }

    /// True unless the log shows that the livepatch is another than the test module of that name: one strange state is a fault,
    /// two lines of such make another module.
    private func fits(_ module: ParameterisedLivepatch) -> Bool {
        let known = Set(module.states.map(\.id))
        let strange = sightings.filter { $0.key.patch == module.name && !known.contains($0.key.id) }
        return strange.values.flatMap(\.values).reduce(0) { $0 + $1.count } < 2
    }

    /// The states of that load, as far as anything tells; nil if nothing does.
    ///
    /// - Parameter index: what was said of `block_disable` counts up to that observation.
    func states(of load: Load, at index: Int) -> [StateDescription]? {
        if let states = given[load.patch] { return states }
        let seen = Set(
            sightings.filter { $0.key.patch == load.patch && $0.value.isSeen(in: load.number) }.map(\.key.id))
        var states: [StateDescription]
        if let module = modules[load.patch] {
            let loaded = arguments[load].map { module.states(with: $0) }
            guard loaded != nil || !seen.isEmpty else { return nil }
            let ids = seen.union(loaded?.map(\.id) ?? [])
            states = module.states.filter { ids.contains($0.id) }.map { state in
                var result = loaded?.first { $0.id == state.id } ?? state
                if writes[load.patch] != nil { result.blocksDisable = false }
                result.prints = prints(of: result, load.patch)
                // Destructors are looked for apart: which variables there are is not known.
                result.isShadow = false
                result.destructorLine = nil
                return result
            }
        } else {
            guard !seen.isEmpty else { return nil }
            states = (order[load.patch] ?? []).filter(seen.contains).map { id in
                let kinds = sightings[Owner(patch: load.patch, id: id)]?.keys.map { $0 } ?? []
                return StateDescription(id: id, callbacks: Set(kinds))
            }
        }
        let isBlocked = blocks(load, at: index)
        for place in states.indices where isBlocked { states[place].blocksDisable = true }
        return states
    }

    /// What the callbacks of a test module's state print besides. Where the log has other words, and never those of the description,
    /// it is another version of the module.
    private func prints(of state: StateDescription, _ patch: String) -> [CallbackKind: StateOutput] {
        var result = state.prints
        for kind in CallbackKind.allCases {
            guard let seen = outputs[Owner(patch: patch, id: state.id)]?[kind], let text = seen.first else { continue }
            if let known = result[kind]?.first, seen.contains(known) { continue }
            result[kind] = StateOutput(text)
        }
        return result
    }

    /// True if the kernel has said that the load cannot be disabled, and nobody wrote to a parameter since.
    private func blocks(_ load: Load, at index: Int) -> Bool {
        guard let last = blocked[load]?.last(where: { $0 <= index }) else { return false }
        return !(writes[load.patch] ?? []).contains { $0 > last && $0 <= index }
    }

    /// The proposals' own test modules.
    var testModules: Dictionary<String, ParameterisedLivepatch>.Keys { modules.keys }

    /// True if it is known of every state whether the load has it, and whether it may be disabled.
    func isKnown(_ load: Load) -> Bool {
        given[load.patch] != nil
            || (modules[load.patch] != nil && arguments[load] != nil && writes[load.patch] == nil)
    }

    /// True if the user or a test module's source tells the livepatch's states.
    private func isDescribed(_ patch: String) -> Bool { given[patch] != nil || modules[patch] != nil }

    /// True if the livepatch is described with callbacks of states, and the log shows none of them.
    func hidesCallbacks(_ patch: String) -> Bool {
        isDescribed(patch) && !sightings.keys.contains { $0.patch == patch }
    }

    /// How much the line of a state's callback is needed in that load, if the state is the load's own.
    func need(_ event: Event, load: Int) -> Need {
        guard let owner = Owner(event), let kind = event.callback else { return .required }
        if hidesCallbacks(owner.patch) { return .perhaps }
        if isDescribed(owner.patch) { return .required }
        let loads = sightings[owner]?[kind] ?? []
        if loads.contains(load) { return .required }
        return loads.contains { $0 < load } && loads.contains { $0 > load } ? .required : .perhaps
    }

    /// True if another load printed the callback, and not this one.
    func isOfOtherLoad(_ event: Event) -> Bool {
        guard let owner = Owner(event), let kind = event.callback else { return false }
        return !isDescribed(owner.patch) && sightings[owner]?[kind] != nil
    }

    /// True if no livepatch from before the log can have the state at that observation: it was set up within the log, which nobody does
    /// who finds another that has it, and nothing may be missing since.
    func isOfNoStranger(_ id: UInt, at index: Int) -> Bool {
        guard let setup = setups[id]?.last(where: { $0 <= index }) else { return false }
        return !gaps.contains { $0 > setup && $0 <= index }
    }

    /// True if it is certain that a state's variable is there when the state is released: the callback that allocates it was seen, and
    /// nobody tells of other calls.
    func hasVariable(_ id: UInt) -> Bool {
        areVariablesKnown && setups[id] != nil
    }

    /// What the destructor prints after the release of the state, and how much it is needed.
    ///
    /// - Parameter seen: the destructor's lines right after the release, as they were seen.
    func destructions(after release: Event, seen: [Event]) -> [(event: Event, need: Need)] {
        guard let owner = Owner(release) else { return [] }
        if let states = given[owner.patch] {
            // Of variables that code allocates nobody tells the engine.
            let state = states.first { $0.id == owner.id && $0.isShadow }
            guard let text = state?.destructorLine, !areVariablesKnown || state?.allocates == nil else { return [] }
            let known = Event(.stateDestructor, patch: owner.patch, text: text)
            return seen.filter { $0.saysTheSame(as: known) }.map { ($0, .required) }
        }
        guard let state = modules[owner.patch]?.states.first(where: { $0.id == owner.id }), state.isShadow,
            let text = state.destructorLine
        else { return seen.map { ($0, .required) } }
        let known = Event(.stateDestructor, patch: owner.patch, text: text)
        let others = modules[owner.patch]?.states.filter { $0.id != owner.id }.compactMap(\.destructorLine) ?? []
        let all = destructors[owner.patch] ?? []
        let isSpelledOtherwise = !all.contains { $0.saysTheSame(as: known) }
        let other = all.first { event in
            !others.contains { event.saysTheSame(as: Event(.stateDestructor, patch: owner.patch, text: $0)) }
        }
        let releases = sightings[owner]?[.postUnpatch]?.count ?? 0
        return [(isSpelledOtherwise ? other ?? known : known, all.isEmpty && releases > 1 ? .perhaps : .required)]
    }

    /// True if nothing tells after which release the destructor's line belongs.
    private func isStray(_ event: Event, in section: Section, _ owner: Policies.ShadowOwner) -> Bool {
        guard let patch = event.patch, given[patch] == nil || !areVariablesKnown else { return false }
        // A state that failed is freed too, without a callback (klp_release_states, states-2023).
        if owner == .anyState, section.has(.enableFailed) || section.has(.canceling) { return true }
        guard !isDescribed(patch) else { return false }
        let owners = sightings.filter { $0.key.patch == patch }
        return owners.isEmpty || owners.contains { $0.value[.postUnpatch] == nil }
    }

    /// The sections without what cannot be judged: what callbacks print besides if nobody has described it, and destructors of
    /// which nothing tells where they belong.
    func judged(_ sections: [Section], _ owner: Policies.ShadowOwner) -> [Section] {
        let described = given.filter { $0.value.contains { !$0.prints.isEmpty } }.map(\.key) + modules.keys
        let describedOutput = Set(described)
        return sections.compactMap { section in
            guard section.has(.stateOutput) || section.has(.stateDestructor) else { return section }
            var result = section
            result.observations.removeAll { observation in
                let event = observation.event
                switch event.message {
                case .stateOutput:
                    return !describedOutput.contains(event.patch ?? "") || event.tellsForcedError
                case .stateDestructor: return isStray(event, in: section, owner)
                default: return false
                }
            }
            return result.observations.isEmpty ? nil : result
        }
    }

    /// The callbacks of states that the livepatch printed, by id.
    func seenCallbacks(of patch: String) -> [UInt: Set<CallbackKind>] {
        var result: [UInt: Set<CallbackKind>] = [:]
        for (owner, kinds) in sightings where owner.patch == patch { result[owner.id] = Set(kinds.keys) }
        return result
    }
}

extension StateFacts.Owner {
    init?(_ event: Event) {
        guard event.message == .stateCallback, let patch = event.patch,
            let id = event.number.flatMap({ UInt(exactly: $0) })
        else { return nil }
        self.init(patch: patch, id: id)
    }
}

extension [CallbackKind: Set<Int>] {
    /// True if that load printed one of them.
    fileprivate func isSeen(in load: Int) -> Bool { values.contains { $0.contains(load) } }
}
