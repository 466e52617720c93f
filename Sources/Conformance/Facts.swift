import Livepatch
import Reconstruction

/// What is known of the livepatches, and how it is known.
///
/// Facts come from the user's manifest, from what is known of the kernel's own test modules, and from the log itself.
/// They are gathered before anything is judged, so that a late witness settles earlier sections.
struct Facts {
    /// The livepatches as the engine shall see them: every object and callback that is or may be there.
    private(set) var manifest: Manifest
    /// The livepatches whose callbacks are described by the user or by the kernel's test modules.
    private(set) var described: Set<String> = []
    /// Livepatches that are described with callbacks of which the log shows not one.
    private(set) var withoutVisibleCallbacks: Set<String> = []
    /// The kernel's test modules that print of their states, but not one line of it in this log.
    private(set) var withoutVisibleStates: Set<String> = []
    /// Which loads replace the others.
    private(set) var replace: ReplaceFacts
    /// Which loads have which states, where states have callbacks.
    private(set) var states = StateFacts()
    /// Where each callback was seen, by load of the patch.
    private var sightings: [CallbackKey: [Int: Observation]] = [:]
    private var loadStarts: [String: [Int]] = [:]

    struct CallbackKey: Hashable {
        let patch: String
        let object: String
        let kind: CallbackKind
    }

    /// - Parameter proposal: the proposal that the kernel is of, or the latest of several, if states have callbacks.
    init(observations: [Observation], sections: [Section], given: Manifest, proposal: Generation?) {
        manifest = given
        replace = ReplaceFacts(manifest: Manifest(), observations: [])
        for observation in observations where observation.event.message.beginsLoad {
            loadStarts[observation.event.patch ?? "", default: []].append(observation.index)
        }
        for observation in observations where observation.event.message == .callback {
            guard let key = CallbackKey(observation.event) else { continue }
            let load = self.load(of: key.patch, at: observation.index)
            sightings[key, default: [:]][load] = sightings[key]?[load] ?? observation
        }
        let names = Set(observations.filter(\.event.message.belongsToSection).compactMap(\.event.patch))
        let modules = proposal.map { ParameterisedLivepatch.testModules(of: $0) }
        for name in names.sorted() { settle(name, observations, sections, given, modules) }
        if let modules { settleStates(observations, sections, given, modules) }
        replace = ReplaceFacts(manifest: manifest, observations: observations)
    }

    /// Decides where the description of one livepatch comes from.
    private mutating func settle(
        _ name: String, _ observations: [Observation], _ sections: [Section], _ given: Manifest,
        _ modules: [String: ParameterisedLivepatch]?
    ) {
        var inferred = ObjectOrder.description(of: name, observations, sections)
        inferred.replace = modules?[name]?.replace
        var known = given.livepatches[name] ?? Manifest.kernelModules.livepatches[name]
        // A proposal's modules of the same names are others, also where somebody says that the kernel is a released one.
        let hasStateCallbacks = observations.contains { $0.event.message == .stateCallback }
        if given.livepatches[name] == nil, hasStateCallbacks, modules == nil { known?.states = nil }
        if modules != nil, given.livepatches[name] == nil, known?.states?.isEmpty == false { known = nil }
        guard var known, given.livepatches[name] != nil || fits(known, inferred) else {
            manifest.livepatches[name] = inferred
            return
        }
        described.insert(name)
        let hasCallbacks = known.objects.contains { !$0.callbacks.isEmpty }
        let showsDebugLines = observations.contains { $0.isPrinted && $0.event.message == .initializing }
        let mayBeHidden = given.livepatches[name] == nil || !showsDebugLines
        if hasCallbacks && mayBeHidden && inferred.objects.allSatisfy(\.callbacks.isEmpty) {
            withoutVisibleCallbacks.insert(name)
            if given.livepatches[name] == nil {
                known.objects = known.objects.map { ObjectDescription(name: $0.name) }
            }
        }
        let showsStates = observations.contains { $0.event.message == .stateOutput && $0.event.patch == name }
        if given.livepatches[name] == nil && !showsStates { withoutVisibleStates.insert(name) }
        manifest.livepatches[name] = known
    }

    private mutating func settleStates(
        _ observations: [Observation], _ sections: [Section], _ given: Manifest,
        _ modules: [String: ParameterisedLivepatch]
    ) {
        let described = manifest.livepatches.filter {
            given.livepatches[$0.key] != nil || self.described.contains($0.key)
        }
        let states = described.compactMapValues(\.states)
        self.states = StateFacts(observations, sections, given: states, modules: modules) { load(of: $0, at: $1) }
    }

    /// True unless the log shows the livepatch to be another than the kernel's test module of that name. One line that
    /// does not fit is a fault; two are another module.
    private func fits(_ known: LivepatchDescription, _ inferred: LivepatchDescription) -> Bool {
        let strange = inferred.objects.flatMap { object in
            known.object(object.name).map { object.callbacks.subtracting($0.callbacks) } ?? object.callbacks
        }
        let sightingsOfStrange = sightings.filter { key, _ in
            key.patch == known.name && known.object(key.object)?.callbacks.contains(key.kind) != true
        }
        return strange.count < 2 && sightingsOfStrange.values.reduce(0) { $0 + $1.count } < 2
    }

    /// How many times the livepatch was enabled, or refused, before the observation: the number of its load.
    func load(of patch: String, at index: Int) -> Int {
        guard let starts = loadStarts[patch] else { return 0 }
        return starts.firstPlace { $0 > index }
    }

    /// True if it is known of every state whether the livepatch has it, in the load of that observation.
    func areStatesKnown(of patch: String, at index: Int) -> Bool {
        states.isKnown(StateFacts.Load(patch: patch, number: load(of: patch, at: index)))
    }

    /// Whether the callback's line is needed at that observation.
    func need(_ event: Event, at index: Int) -> Need {
        if event.message == .stateOutput, let patch = event.patch, withoutVisibleStates.contains(patch) {
            return .perhaps
        }
        if event.message == .stateCallback, let patch = event.patch {
            return states.need(event, load: load(of: patch, at: index))
        }
        guard event.message == .callback, let key = CallbackKey(event) else { return .required }
        if described.contains(key.patch) { return .required }
        let loads = sightings[key] ?? [:]
        let load = self.load(of: key.patch, at: index)
        if loads[load] != nil { return .required }
        let isSeenBefore = loads.keys.contains { $0 < load }
        let isSeenAfter = loads.keys.contains { $0 > load }
        return isSeenBefore && isSeenAfter ? .required : .perhaps
    }

    /// True if there is a load of the livepatch of which nothing tells whether it has states.
    func hasUnknownStates(_ patch: String) -> Bool {
        let last = loadStarts[patch]?.count ?? 0
        return (min(1, last)...last).contains { number in
            let load = StateFacts.Load(patch: patch, number: number)
            return !states.isKnown(load) && states.states(of: load, at: Int.max) == nil
        }
    }

    /// The first place where the callback was seen.
    func witness(of event: Event) -> Observation? {
        CallbackKey(event).flatMap { sightings[$0]?.values.min { $0.index < $1.index } }
    }

    /// The callbacks of the livepatch that were seen, by object.
    func seenCallbacks(of patch: String) -> [String: Set<CallbackKind>] {
        var result: [String: Set<CallbackKind>] = [:]
        for key in sightings.keys where key.patch == patch { result[key.object, default: []].insert(key.kind) }
        return result
    }
}

extension Facts.CallbackKey {
    init?(_ event: Event) {
        guard let patch = event.patch, let object = event.object, let kind = event.callback else { return nil }
        self.init(patch: patch, object: object, kind: kind)
    }
}

extension MessageID {
    /// True for the first line of livepatch about a load of a livepatch module.
    var beginsLoad: Bool { self == .enabling || self == .incompatible }
}
