import Livepatch

/// Livepatches and target modules by chance.
struct RandomManifest {
    /// The livepatches in the order in which they were made up.
    private(set) var livepatches: [LivepatchDescription] = []
    private(set) var modules: [ModuleDescription] = []
    /// What the livepatches patch, by object: few functions, so that livepatches meet in them.
    private var functions: [String: [String]] = [:]

    var manifest: Manifest { Manifest(livepatches: livepatches, modules: modules) }

    private static let errors = [Errno(number: 19), Errno(number: 12), Errno(number: 5), Errno(number: 22)]
    /// A module that no step loads; a livepatch may name it all the same.
    private static let absent = "printer"

    init(_ numbers: inout RandomNumbers, _ generation: Generation) {
        addModules(&numbers)
        let sleepable = PatchableFunction.all.filter(\.isSleepable).map(\.name)
        let all = PatchableFunction.all.map(\.name)
        var chosen = Array(numbers.shuffled(sleepable).prefix(numbers.within(1...2)))
        chosen += numbers.shuffled(all.filter { !chosen.contains($0) }).prefix(numbers.within(0...2))
        functions[Event.vmlinux] = chosen
        let hasStates = numbers.chance(35)
        let count = [1, 2, 3][numbers.position(in: [25, 45, 30]) ?? 0]
        let names = numbers.shuffled(["fix", "hardening", "workaround", "quirk"])
        for name in names.prefix(count) { addLivepatch(name, hasStates: hasStates, &numbers) }
        if generation.policies.callbackOwner == .states { giveCallbacksToStates(&numbers) }
    }

    /// Where states have callbacks, objects have none.
    private mutating func giveCallbacksToStates(_ numbers: inout RandomNumbers) {
        for place in livepatches.indices {
            for index in livepatches[place].objects.indices {
                livepatches[place].objects[index].callbacks = []
                livepatches[place].objects[index].prePatchReturn = 0
            }
            livepatches[place].states = RandomStates.states(&numbers)
        }
    }

    /// What a callback or an init function may return when it fails.
    static func error(_ numbers: inout RandomNumbers) -> Int { -(numbers.one(of: errors)??.number ?? 1) }

    private mutating func addModules(_ numbers: inout RandomNumbers) {
        let count = [0, 1, 2][numbers.position(in: [20, 45, 35]) ?? 0]
        for name in numbers.shuffled(["driver", "filesystem", "protocol"]).prefix(count) {
            let isSilent = numbers.chance(20)
            modules.append(
                ModuleDescription(
                    name: name, initLine: isSilent ? nil : "\(name)_init", exitLine: isSilent ? nil : "\(name)_exit"))
            functions[name] = ["\(name)_read", "\(name)_write"]
        }
    }

    private mutating func addLivepatch(_ given: String, hasStates: Bool, _ numbers: inout RandomNumbers) {
        let replace: LivepatchDescription.Replace =
            switch numbers.position(in: [60, 25, 15]) {
            case 1: .fixed(true)
            case 2: .parameter(default: false)
            default: .fixed(false)
            }
        let isFirst = !livepatches.contains { $0.name == "cumulative" }
        let name = replace == .fixed(true) && isFirst ? "cumulative" : given
        let objects = objects(&numbers)
        let states = hasStates && numbers.chance(80) ? states(for: objects.first, &numbers) : []
        livepatches.append(LivepatchDescription(name: name, objects: objects, replace: replace, states: states))
    }

    private func objects(_ numbers: inout RandomNumbers) -> [ObjectDescription] {
        var names = numbers.some(of: [Event.vmlinux], percent: 88) + numbers.some(of: modules.map(\.name), percent: 70)
        if names.isEmpty { names = [Event.vmlinux] }
        if numbers.chance(6) { names.append(Self.absent) }
        if numbers.chance(25) { names = numbers.shuffled(names) }
        var result: [ObjectDescription] = []
        for name in names { result.append(object(name, &numbers)) }
        return result
    }

    private func object(_ name: String, _ numbers: inout RandomNumbers) -> ObjectDescription {
        let all = CallbackKind.allCases
        let callbacks: [CallbackKind] =
            switch numbers.position(in: [45, 20, 35]) {
            case 0: all
            case 1: []
            default: numbers.some(of: all, percent: 55)
            }
        let known = functions[name] ?? ["\(name)_write"]
        var object = ObjectDescription(name: name, callbacks: Set(callbacks))
        if !numbers.chance(12) { object.functions = Array(numbers.shuffled(known).prefix(numbers.within(1...2))) }
        if object.callbacks.contains(.prePatch), numbers.chance(7) { object.prePatchReturn = Self.error(&numbers) }
        if numbers.chance(5) {
            let stranger = name == Event.vmlinux ? "no_such_function" : "\(name)_no_such_function"
            object.functions.insert(stranger, at: numbers.below(object.functions.count + 1))
            object.missing = [stranger]
        }
        return object
    }

    /// Callbacks print of states only if their object is the kernel: a module may come outside of a transition, when
    /// klp_get_prev_state warns, but only once in a boot.
    private func states(for first: ObjectDescription?, _ numbers: inout RandomNumbers) -> [StateDescription] {
        var ids = numbers.some(of: [UInt(1), 2], percent: 60)
        if ids.isEmpty { ids = [1] }
        var kinds: [CallbackKind] = []
        if let first, first.name == Event.vmlinux { kinds = CallbackKind.allCases.filter(first.callbacks.contains) }
        var result: [StateDescription] = []
        for id in ids {
            var state = StateDescription(id: id, version: UInt(numbers.within(1...3)))
            if numbers.chance(60) {
                for kind in numbers.some(of: kinds, percent: 70) {
                    state.prints[kind] = output(kind, id, knowsOthers: numbers.chance(80))
                }
            }
            result.append(state)
        }
        return result
    }

    private func output(_ kind: CallbackKind, _ id: UInt, knowsOthers: Bool) -> StateOutput {
        let (first, takenOver) =
            switch kind {
            case .prePatch: ("allocated", "there already")
            case .postPatch: ("changed", "taken over")
            case .preUnpatch: ("restored", "left to the others")
            case .postUnpatch: ("freed", "kept")
            }
        guard knowsOthers else { return StateOutput("state \(id): \(first)") }
        return StateOutput(first: "state \(id): \(first)", takenOver: "state \(id): \(takenOver)")
    }
}
