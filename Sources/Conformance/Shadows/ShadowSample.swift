import Livepatch
import Reconstruction
import ReferenceEngine

/// What is known of livepatch_shadow_fix1 and livepatch_shadow_fix2 besides their variables.
///
/// The first keeps each dummy's leaking pointer in a variable, from dummy_alloc to the destructor, and frees all of them
/// when it is unloaded; no other module creates such a variable. The second frees them too, and counts checks in a
/// variable of another id. Their lines do not name the calls, but follow from them. Before 4.18 there was no destructor, and
/// they printed otherwise when they freed a variable.
struct ShadowSample {
    /// The module that creates the variables.
    static let creator = "livepatch_shadow_fix1"
    /// Those whose lines are understood.
    static let modules: Set<String> = [creator, "livepatch_shadow_fix2"]
    /// The id of the leaking pointer's variables (SV_LEAK).
    static let leak: UInt64 = 1

    /// True if the creator's load is in the log, and nothing was there before: what it has not created is not there.
    var isFresh = false
    /// True if somebody loads the creator, and nothing is there; whether the load succeeds is not known yet.
    var isLoading = false
    /// True if the creator is unloaded: it was disabled before somebody unloaded it.
    private(set) var isUnloading = false
    /// The last destructor's line since then.
    var lastOfExit: Observation?
    /// By module: the dummy whose pointer it looked for last; the counter comes next.
    var lastFreed: [String: String] = [:]
    private var isDisabled = false

    mutating func follow(_ event: Event) {
        guard event.patch == Self.creator else { return }
        isDisabled = event.message == .complete && event.direction == .unpatching
        isUnloading = false
        if event.message == .enabling && isLoading {
            isFresh = true
            isLoading = false
        }
    }

    mutating func unload(_ module: String) {
        if module == Self.creator { isUnloading = isDisabled }
    }

    mutating func stay(_ module: String) {
        if module == Self.creator { isUnloading = false }
    }
}

extension ShadowPass {
    mutating func takeSample(_ observation: Observation, _ caller: inout ShadowCaller) {
        guard let object = observation.event.shadow?.object else { return }
        caller.use.calls += 1
        guard judgesSamples, !ShadowArguments.isNameless(object) else { return caller.use.left = nil }
        let isCut = caller.cut != nil
        defer { caller.cut = nil }
        switch observation.event.message {
        case .leakSaved: saved(Key(object: object, id: ShadowSample.leak), observation, &caller)
        case .leakNotSaved:
            let key = Key(object: object, id: ShadowSample.leak)
            guard knowledge[key]?.variable == nil else { return }
            knowledge[key] = ShadowKnowledge.Entry(variable: nil, cause: .notFound, witness: observation)
        case .leakPrevented: freed(Key(object: object, id: ShadowSample.leak), observation, &caller)
        case .leakNotFound:
            let key = Key(object: object, id: ShadowSample.leak)
            let before = known(key)
            let isWrong = if case .present = before { true } else { false }
            conclude(isWrong ? .variableIsFoundUntilFreed : nil, .get, key, before, observation, &caller)
            knowledge[key] = ShadowKnowledge.Entry(variable: nil, cause: .notFound, witness: observation)
            sample.lastFreed[caller.name] = object
        default:
            let key = Key(object: object, id: ShadowSample.leak + 1)
            let isExpected = sample.lastFreed.removeValue(forKey: caller.name) == object
            conclude(
                isExpected || isCut ? nil : .variableIsFoundUntilFreed, .get, key, isExpected ? .absent(nil) : .unknown,
                observation, &caller)
        }
    }

    private enum Known {
        case present(Observation)
        case absent(ShadowKnowledge.Entry?)
        case unknown
    }

    private func known(_ key: Key) -> Known {
        guard !contested.contains(key.id) else { return .unknown }
        guard let entry = knowledge[key] else { return sample.isFresh ? .absent(nil) : .unknown }
        return entry.variable == nil ? .absent(entry) : .present(entry.witness)
    }

    private mutating func saved(_ key: Key, _ observation: Observation, _ caller: inout ShadowCaller) {
        let before = known(key)
        // The memory is used again: whoever freed the dummy is done with it.
        sample.lastFreed = sample.lastFreed.filter { $0.value != key.object }
        let rule: RuleID? =
            switch before {
            case .present: .duplicateShadowVariable
            case .absent(let entry): entry?.cause == .notConstructed ? .failedConstructorLeavesNothing : nil
            case .unknown: nil
            }
        conclude(rule, .alloc, key, before, observation, &caller)
        knowledge[key] = ShadowKnowledge.Entry(
            variable: .unknown, cause: .created, witness: observation, creator: caller.name)
        caller.use.created += 1
    }

    private mutating func freed(_ key: Key, _ observation: Observation, _ caller: inout ShadowCaller) {
        let before = known(key)
        var rule: RuleID?
        if case .absent(let entry) = before {
            rule = entry?.cause == .notConstructed ? .failedConstructorLeavesNothing : .freeDestroysOnce
        }
        let isExit = caller.name == ShadowSample.creator && sample.isUnloading
        if isExit && rule == .freeDestroysOnce { rule = .freeAllTakesOneID }
        conclude(rule, isExit ? .freeAll : .free, key, before, observation, &caller)
        knowledge[key] = ShadowKnowledge.Entry(
            variable: nil, cause: isExit ? .freedAll : .freed, witness: observation)
        caller.use.freed += 1
        if isExit { sample.lastOfExit = observation } else { sample.lastFreed[caller.name] = key.object }
    }

    private mutating func conclude(
        _ rule: RuleID?, _ function: ShadowCall.Function, _ key: Key, _ before: Known, _ observation: Observation,
        _ caller: inout ShadowCaller
    ) {
        guard let rule else {
            caller.isDisturbed = false
            if case .unknown = before { return }
            return caller.use.verified += 1
        }
        let witness: Observation? =
            switch before {
            case .present(let witness): witness
            case .absent(let entry): entry?.witness
            case .unknown: caller.last
            }
        let call = ShadowCall(caller: caller.name, function, object: key.object, id: key.id)
        let fault = ShadowFault(rule: rule, subject: .unexpected, place: observation)
        report(fault, because: witness, .shadow(call), &caller)
        sample.isFresh = false
        knowledge.forget { $0.id == ShadowSample.leak }
    }

    /// The creator is loaded again: nothing is there of what it has not created, unless something was left.
    mutating func beginSample(_ module: String) {
        guard module == ShadowSample.creator else { return }
        checkSampleExit()
        let isEmpty = knowledge.present(of: ShadowSample.leak, where: { _ in true }).isEmpty
        sample = ShadowSample()
        sample.isLoading = isEmpty
    }

    /// When it was unloaded all variables went, each with a line of the destructor.
    mutating func checkSampleExit() {
        guard let last = sample.lastOfExit, var caller = caller(named: ShadowSample.creator) else { return }
        sample.lastOfExit = nil
        guard observations[last.index...].contains(where: \.event.message.opensWindow) else { return }
        let left = knowledge.present(of: ShadowSample.leak) { knowledge[$0]?.creator == caller.name }
        let missing = left.map { key in
            Expectation(
                event: Event(
                    .leakPrevented, object: caller.name, name: "livepatch_fix1",
                    shadow: ShadowArguments(object: key.object, content: SeenShadowCall.unknown)),
                level: 6, rule: .freeAllTakesOneID)
        }
        guard let first = left.first else { return }
        let fault = ShadowFault(
            rule: .freeAllTakesOneID, subject: .missing(missing), place: last,
            excuse: missing.count > 1 ? .silentLoss : nil)
        let call = ShadowCall(caller: caller.name, .freeAll, id: ShadowSample.leak)
        report(fault, because: knowledge[first]?.witness, .shadow(call), &caller)
        update(caller)
    }
}
