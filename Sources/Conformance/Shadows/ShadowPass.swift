import Livepatch
import Reconstruction
import ReferenceEngine
import Timeline

/// Holds what modules print of their calls of the shadow variable API against the engine.
///
/// The calls run outside of klp_mutex, so they belong to no section: each module's lines are followed by themselves. A call
/// prints its own line last:
///
///     shadow_ctor: PTR3 -> PTR2     klp_shadow_alloc(obj=PTR1, ...) = PTR3     got expected ...
///     while it runs                 when it has returned                       what the caller makes of it
///
/// A pair of object and id may have a variable from before the log, or from a module that prints nothing. So what no line
/// told is open: of the two possibilities the one counts that explains the lines. Where livepatch itself ends variables, with a state
/// or a type, each end of a transition, and each module that goes, may have done so.
struct ShadowPass {
    let observations: [Observation]
    let crash: Int
    let isUnordered: Bool
    /// True if the log is seen from the boot on: nobody filtered it, and no module was loaded before.
    let beginsWithBanner: Bool
    /// Who ends variables besides their callers.
    let owner: Policies.ShadowOwner
    /// The modules whose lines are judged.
    let names: Set<String>
    /// Ids of which one module frees all variables while another uses them too: the lines come later than the calls, so
    /// their order proves nothing.
    let contested: Set<UInt64>
    /// True if the samples print what they free as kernels since 4.18 do.
    let judgesSamples: Bool
    /// Only kernels with constructors run the modules whose lines are judged here; all of them alike.
    let engine = ReferenceEngine(generation: .linux55, manifest: Manifest())

    var findings: [Finding] = []
    var undecided: [Undecided] = []
    /// What was left open already.
    var opened: Set<Opened> = []
    var knowledge = ShadowKnowledge()
    private var callers: [String: ShadowCaller] = [:]
    private var order: [String] = []
    /// The observation up to which the log is read.
    private(set) var current = 0
    /// Why lines may be missing before it, and whether something announced that work began within the log.
    private var firstGap: Undecided.Reason?
    private var isAnnounced = false
    /// The last `Failed to construct` and the last WARN that no call has claimed.
    var failed: Observation?
    var warned: Observation?
    /// What is known beyond the pairs of the samples' variables.
    var sample = ShadowSample()

    struct Opened: Hashable {
        let reason: Undecided.Reason
        let caller: String
    }

    /// What each module did, in the order of appearance.
    var uses: [ShadowUse] {
        let left = knowledge.countByCreator
        return order.compactMap { name in
            guard var use = callers[name]?.use, use.calls > 0 else { return nil }
            use.left = use.left.map { _ in left[name] ?? 0 }
            return use
        }
    }

    init(
        _ observations: [Observation], crash: Int, isUnordered: Bool, beginsWithBanner: Bool,
        owner: Policies.ShadowOwner
    ) {
        self.observations = observations
        self.owner = owner
        self.crash = crash
        self.isUnordered = isUnordered
        self.beginsWithBanner = beginsWithBanner
        let lines = observations.map(\.event).filter(\.isOfShadowCaller)
        names = Set(lines.compactMap(\.object))
        contested = Self.contested(lines)
        judgesSamples = lines.contains { $0.message == .leakPrevented }
        guard !names.isEmpty else { return }
        sample.isFresh = beginsWithBanner
        for observation in observations { take(observation) }
        for name in order { finish(name) }
        checkSampleExit()
    }

    private static func contested(_ lines: [Event]) -> Set<UInt64> {
        var users: [UInt64: Set<String>] = [:]
        var clearing: Set<UInt64> = []
        for event in lines {
            guard let id = event.message.isOfSample ? ShadowSample.leak : event.shadow?.id, let name = event.object
            else { continue }
            users[id, default: []].insert(name)
            if event.message == .shadowFreeAll { clearing.insert(id) }
        }
        return clearing.filter { users[$0, default: []].count > 1 }
    }

    private mutating func take(_ observation: Observation) {
        current = observation.index
        if let gap = observation.gap { lose(gap, at: observation) }
        let event = observation.event
        isAnnounced = isAnnounced || event.message.opensWindow
        switch event.message {
        case .command:
            switch Command(event.text ?? "") {
            case .load(let module, _): begin(module)
            case .unload(let module): sample.unload(module)
            default: break
            }
        case .moduleTaint: begin(event.object ?? "")
        case .loadError:
            let module = Command.moduleName(event.object ?? event.name ?? "")
            callers[module]?.doubtLoad()
            if module == ShadowSample.creator { sample.isLoading = false }
        case .unloadError: sample.stay(event.object ?? "")
        case .enabling, .complete, .reverting:
            if owner != .nobody, event.message != .enabling { knowledge.forget { _ in true } }
            if event.message != .reverting { sample.follow(event) }
        case .shadowConstructorFailed:
            failed = observation
            learn(observation, .notConstructed)
        case .shadowDuplicate:
            warned = observation
            learn(observation, .found)
        case .kernelWarning where event.name?.hasSuffix("livepatch/shadow.c") == true: warned = observation
        default:
            guard event.isOfShadowCaller, let name = event.object else { return }
            var caller = caller(name)
            if event.message.isOfSample {
                takeSample(observation, &caller)
            } else {
                takeLine(observation, &caller)
            }
            caller.last = observation
            callers[name] = caller
        }
    }

    /// The caller; at its first line that of a module that may have been at work before the log.
    private mutating func caller(_ name: String) -> ShadowCaller {
        if let known = callers[name] { return known }
        order.append(name)
        var new = ShadowCaller(name: name)
        if beginsWithBanner && firstGap == nil {
            new.beginLoad(leaving: 0)
        } else {
            new.use.left = nil
            new.cut = firstGap ?? (isAnnounced ? nil : .beganBefore)
        }
        return new
    }

    private mutating func begin(_ module: String) {
        guard names.contains(module) else { return }
        if callers[module] == nil { order.append(module) }
        var caller = callers[module] ?? ShadowCaller(name: module)
        caller.beginLoad(leaving: caller.use.left == nil ? 1 : knowledge.presentCount { caller.names($0) })
        callers[module] = caller
        beginSample(module)
    }

    /// What the kernel itself says of a pair, which it names by its hashed pointer.
    private mutating func learn(_ observation: Observation, _ cause: ShadowKnowledge.Cause) {
        guard let object = observation.event.shadow?.object, let id = observation.event.shadow?.id,
            !ShadowArguments.isNameless(object)
        else { return }
        let key = ShadowVariables.Key(object: object, id: id)
        if cause == .notConstructed {
            knowledge[key] = ShadowKnowledge.Entry(variable: nil, cause: cause, witness: observation)
        } else if knowledge[key]?.variable == nil {
            knowledge[key] = ShadowKnowledge.Entry(variable: .unknown, cause: cause, witness: observation)
        }
    }

    /// Lines may be missing here: what was known is open again.
    private mutating func lose(_ gap: Gap, at observation: Observation) {
        let reason: Undecided.Reason = if case .loss = gap { .loss } else { .seam }
        firstGap = firstGap ?? reason
        for name in order {
            guard var caller = callers[name] else { continue }
            if caller.isWaiting { open(reason, observation, caller) }
            caller.loseTrack()
            caller.use.left = nil
            caller.cut = reason
            callers[name] = caller
        }
        knowledge.forget { _ in true }
        failed = nil
        warned = nil
        sample = ShadowSample()
    }

    /// The log is over: what waits now waits in vain, unless the log stopped there.
    private mutating func finish(_ name: String) {
        guard var caller = callers[name], caller.isWaiting, let last = caller.last else { return }
        let next = observations[(last.index + 1)...].first { $0.event.message.opensWindow || $0.gap != nil }
        if crash < Int.max {
            open(.crash, last, caller)
        } else if let next, next.gap == nil {
            missComparison(before: next, &caller)
            if let line = caller.constructed.first ?? caller.destroyed.first {
                let isConstructor = line.event.message == .shadowConstructor
                let fault = ShadowFault(
                    rule: isConstructor ? .constructorRunsOnce : .freeDestroysOnce, subject: .unexpected, place: line)
                let function: ShadowCall.Function = isConstructor ? .alloc : .free
                report(fault, because: nil, .shadow(ShadowCall(caller: name, function, id: 0)), &caller)
            }
        } else {
            open(.pending, last, caller)
        }
        callers[name] = caller
    }

    func caller(named name: String) -> ShadowCaller? { callers[name] }

    mutating func update(_ caller: ShadowCaller) { callers[caller.name] = caller }

}
