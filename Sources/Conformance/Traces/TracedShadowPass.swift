import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine

/// Holds the calls of the shadow variable API that a trace shows against the engine.
///
/// The trace may begin anywhere: what a pair of object and id is like, its first call tells. What the trace does not show, it
/// does not prove: without klp_shadow_free or klp_shadow_free_all in it, a variable may have been freed unseen, and without
/// klp_shadow_alloc or klp_shadow_get_or_alloc created. A trace that lost events proves nothing at all.
struct TracedShadowPass {
    /// What was wrong.
    private(set) var findings: [Finding] = []
    /// What the trace shows in all.
    private(set) var use: TracedShadowUse

    let view: TraceView
    let calls: [TracedShadowCall]
    let engine: ReferenceEngine
    /// True if nothing is freed, or created, that the trace does not show.
    let showsFrees: Bool
    let showsAllocations: Bool
    /// The functions whose calls of klp_shadow_free_struct are traced.
    let showDestruction: Set<ShadowCall.Function>
    /// From this observation on nothing counts: the kernel had crashed.
    private let crash: Int
    private(set) var pairs: [ShadowVariables.Key: TracedShadowPair] = [:]
    private var ids: [UInt64: Set<ShadowVariables.Key>] = [:]
    /// The pair that was last seen with these data.
    private var owners: [TracedPointer: ShadowVariables.Key] = [:]
    /// The ids of which klp_shadow_free_all has taken all variables: of no pair of them there is one that is not known.
    private var cleared: Set<UInt64> = []
    /// The calls of which later ones may have taken effect before them.
    private var running: [Int] = []
    /// For each call the last of these.
    private let horizons: [Int]

    /// So many calls whose end nobody knows are followed.
    private static let mostRunning = 256
    /// So many calls within one tick are followed; no CPU records more.
    private static let mostWithinATick = 4096

    /// - Parameters:
    ///   - source: the trace's number among the sources.
    ///   - generation: by which the calls are judged.
    ///   - crash: the index of the first sign of a crash; `Int.max` if there is none.
    init(_ view: TraceView, source: Int, generation: Generation, crash: Int) {
        self.view = view
        self.crash = crash
        use = TracedShadowUse(source: source)
        engine = ReferenceEngine(generation: generation, manifest: Manifest())
        let traced = TracedShadowCalls(view.steps)
        use.calls = traced.count
        calls = traced.calls
        horizons = Self.horizons(traced.calls)
        showsFrees = traced.traced.isSuperset(of: [.free, .freeAll]) && !traced.hasStrayDestruction
        showsAllocations = traced.traced.isSuperset(of: [.alloc, .getOrAlloc])
        showDestruction = traced.showDestruction
        // Where types are handed over instead of ids, two of them may mean the same id.
        let policies = generation.policies
        let isModelled = policies.shadowVariables != .absent && policies.shadowOwner != .registeredTypes
        guard isModelled, !view.isLossy, !calls.isEmpty else { return }
        run()
    }

    private mutating func run() {
        for call in calls.indices {
            for other in running.filter({ horizons[$0] < call }).sorted(by: { end(of: $0) < end(of: $1) }) {
                end(other)
            }
            if running.count > Self.mostRunning { return giveUp() }
            begin(call)
        }
        for call in running.filter({ calls[$0].end != nil }).sorted(by: { end(of: $0) < end(of: $1) }) { end(call) }
        if findings.isEmpty { use.left = pairs.values.count { isPresent($0.certainty()) } }
    }

    /// For each call the last one that may have taken effect before it. By another CPU's clock that may be one that was recorded
    /// after it.
    private static func horizons(_ calls: [TracedShadowCall]) -> [Int] {
        calls.enumerated().map { number, call in
            guard let end = call.end else { return Int.max }
            var last = number
            for other in calls[(number + 1)...].indices {
                if calls[other].start.isSurelyAfter(end) { break }
                if other - number > mostWithinATick { return Int.max }
                if !call.precedes(calls[other]) { last = other }
            }
            return last
        }
    }

    private func isPresent(_ presence: TracedShadowPair.Presence?) -> Bool {
        if case .present? = presence { true } else { false }
    }

    private func precedes(_ call: Int, _ other: Int) -> Bool { calls[call].precedes(calls[other]) }

    private func end(of call: Int) -> Int { calls[call].end?.step ?? Int.max }

    /// Nobody knows which calls are over.
    private mutating func giveUp() {
        pairs = [:]
        use.verified = 0
    }

    // MARK: - The beginning and the end of a call

    private mutating func begin(_ call: Int) {
        let function = calls[call].function
        // Who looks for a variable and does not tell what it found says nothing.
        if function == .get, calls[call].result == nil { return }
        running.append(call)
        let key = calls[call].key
        if function == .freeAll {
            for key in ids[key.id] ?? [] { pairs[key]?.begin(call) }
            return
        }
        if pairs[key] == nil {
            let sweeping = running.filter { calls[$0].function == .freeAll && calls[$0].key.id == key.id }
            pairs[key] = TracedShadowPair(cleared.contains(key.id) ? .absent : .unknown, window: sweeping)
            ids[key.id, default: []].insert(key)
        }
        pairs[key]?.begin(call)
    }

    private mutating func end(_ call: Int) {
        running.removeAll { $0 == call }
        calls[call].function == .freeAll ? endSweep(call) : endSingle(call)
    }

    private mutating func endSingle(_ call: Int) {
        let seen = calls[call]
        guard var pair = pairs[seen.key] else { return }
        let before = pair
        let isExplained = pair.end(call, precedes: precedes) { presence, other in self.next(presence, other) }
        defer { pairs[seen.key] = pair }
        guard isExplained else {
            return report(TracedShadowFault(of: call, before, self), because: before.last)
        }
        if !pair.isMuddled, isSettled(before), tells(call, before) { use.verified += 1 }
        count(seen, before)
        if seen.function == .free { pair.take(by: call) }
        guard let result = seen.result, !result.isNull else { return }
        if let other = owners[result], other != seen.key, isShared(result, with: other, call) {
            report(TracedShadowFault(sharing: seen), because: pairs[other]?.last)
            pairs[other]?.muddle()
            pair.muddle()
        }
        owners[result] = seen.key
    }

    /// klp_shadow_free_all takes one variable after the other, all under the lock.
    private mutating func endSweep(_ call: Int) {
        let seen = calls[call]
        let keys = (ids[seen.key.id] ?? []).sorted()
        var table = ShadowVariables()
        var isComplete = cleared.contains(seen.key.id) && showsAllocations
        for key in keys {
            switch pairs[key]?.certainty(besides: [call]) {
            case .present(let data): table[key] = ShadowVariables.Variable(data: data.text, content: "")
            case .absent: break
            case .unknown, nil: isComplete = false
            }
        }
        if showDestruction.contains(.freeAll) {
            if let fault = TracedShadowFault(sweeping: seen, table, isComplete: isComplete, self) {
                report(fault, because: nil)
            } else if isComplete || showsFrees && table.count > 0 {
                use.verified += 1
            }
            use.freed += seen.destroyed
        } else {
            use.freed += table.count
        }
        for key in keys {
            guard var pair = pairs[key], pair.window.contains(call) else { continue }
            _ = pair.end(call, precedes: precedes) { presence, other in self.next(presence, other) }
            pair.take(by: call)
            let isGone = pair.certainty() == .absent
            pairs[key] = pair
            // As good as never heard of; its last call still says by which function.
            if isGone, keys.count > Self.mostRemembered {
                pairs[key] = nil
                ids[key.id]?.remove(key)
            }
        }
        cleared.insert(seen.key.id)
    }

    /// So many pairs of an id are remembered after klp_shadow_free_all.
    private static let mostRemembered = 10_000

    /// True if the data are surely those of the other pair's variable, all the time that the call ran.
    private func isShared(_ data: TracedPointer, with key: ShadowVariables.Key, _ call: Int) -> Bool {
        guard showsFrees, let other = pairs[key], other.certainty() == .present(data), other.last != nil else {
            return false
        }
        return other.latest.allSatisfy { precedes($0, call) }
    }

    /// True if something is known of the pair that no call unseen by the trace can have changed altogether.
    private func isSettled(_ pair: TracedShadowPair) -> Bool {
        !pair.isMuddled && pair.courses.allSatisfy { !possible($0.presence).contains(.unknown) }
    }

    /// True if the call could have contradicted what is known of the pair.
    private func tells(_ call: Int, _ pair: TracedShadowPair) -> Bool {
        let seen = calls[call]
        switch seen.function {
        case .get: return true
        case .free: return showDestruction.contains(.free)
        case .alloc, .getOrAlloc:
            guard let result = seen.result else { return false }
            // Whoever allocates may fail at any time.
            return !result.isNull || pair.courses.allSatisfy { $0.presence != .absent }
        case .freeAll: return false
        }
    }

    private mutating func count(_ seen: TracedShadowCall, _ before: TracedShadowPair) {
        let wasAbsent = before.courses.allSatisfy { $0.presence == .absent }
        switch seen.function {
        case .alloc where seen.result?.isNull == false: use.created += 1
        case .getOrAlloc where seen.result?.isNull == false && wasAbsent: use.created += 1
        case .free:
            let wasPresent = isPresent(before.courses.first?.presence) && before.courses.count == 1
            use.freed += showDestruction.contains(.free) ? min(seen.destroyed, 1) : wasPresent ? 1 : 0
        default: break
        }
    }

    private mutating func report(_ fault: TracedShadowFault, because witness: Int?) {
        var place = view.citation(of: fault.step)
        place.event.text = fault.told
        guard view.position(of: fault.step) <= crash else { return }
        findings.append(
            Finding(
                rule: fault.rule, severity: .error, subject: fault.subject, place: place,
                because: witness.map { view.citation(of: calls[$0].cited) }, operation: .shadow(fault.call)))
    }
}
