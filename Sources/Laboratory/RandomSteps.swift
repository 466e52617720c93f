import Livepatch
import Scenarios
import Simulation

/// Makes up steps one by one, with the machine as it is after the last for a guide.
struct RandomSteps {
    private(set) var rehearsal: Rehearsal
    let livepatches: [LivepatchDescription]
    let modules: [String]
    private let options: RandomScenario.Options
    private let manner: Manner
    var numbers: RandomNumbers

    /// What a scenario is about besides loading and disabling.
    private struct Manner {
        let forces: Bool
        let callsShadowAPI: Bool
        let switchesFtrace: Bool
        let occupies: Bool
        /// True if steps follow at once on what starts a transition that nothing holds up.
        let isQuick: Bool

        init(_ options: RandomScenario.Options, _ numbers: inout RandomNumbers) {
            forces = numbers.chance(8) && options.allowsForce
            callsShadowAPI = numbers.chance(15)
            switchesFtrace = numbers.chance(12)
            occupies = numbers.chance(14)
            isQuick = numbers.chance(50)
        }
    }

    /// So many steps at most are followed at once by the next although a transition runs that nothing holds up: each doubles
    /// what a kernel may print that nobody holds back.
    private static let racesMaximum = 3

    init(on made: RandomManifest, _ generation: Generation, _ options: RandomScenario.Options, _ numbers: RandomNumbers)
    {
        var numbers = numbers
        rehearsal = Rehearsal(manifest: made.manifest, generation: generation)
        livepatches = made.livepatches
        modules = made.modules.map(\.name)
        self.options = options
        manner = Manner(options, &numbers)
        self.numbers = numbers
    }

    /// Adds steps until there are so many, counting those that clean up; at least one.
    mutating func goOn(to count: Int) {
        repeat {
            guard addOne(of: suggestions()) else { return }
        } while rehearsal.steps.count + leftovers < count
    }

    // MARK: One step

    /// An action, and how likely it is beside others.
    struct Suggestion {
        let weight: Int
        let action: Action
    }

    /// Adds one of the steps that can be performed; false if none can.
    mutating func addOne(of suggestions: [Suggestion], isCleaning: Bool = false) -> Bool {
        var left = suggestions
        while let position = numbers.position(in: left.map(\.weight)) {
            let action = left.remove(at: position).action
            let isQuick = manner.isQuick && !isCleaning && numbers.chance(40)
            if isQuick, add(ScenarioStep(action, leavesPending: true)) { return true }
            if add(ScenarioStep(action)) { return true }
        }
        return false
    }

    /// Adds the step if it can be performed and, if it leaves a transition pending, does so.
    private mutating func add(_ step: ScenarioStep) -> Bool {
        var next = rehearsal
        guard next.add(step), !step.leavesPending || next.machine.isAboutToComplete,
            next.raceCount <= Self.racesMaximum
        else { return false }
        rehearsal = next
        return true
    }

    // MARK: What could be done

    var machine: Machine { rehearsal.machine }
    var isHeldUp: Bool { machine.blockingFunction != nil }

    private mutating func suggestions() -> [Suggestion] {
        var result: [Suggestion] = []
        for livepatch in livepatches { result += suggestions(for: livepatch) }
        for module in modules { result += suggestions(for: module) }
        result += tasks()
        if manner.occupies { result += kprobes() }
        if manner.switchesFtrace || !machine.isFtraceOn {
            result.append(Suggestion(weight: 12, action: .ftrace(isOn: !machine.isFtraceOn)))
        }
        if manner.callsShadowAPI, let call = shadowCall() {
            result.append(Suggestion(weight: 25, action: .shadow(call)))
        }
        return result
    }

    private mutating func suggestions(for livepatch: LivepatchDescription) -> [Suggestion] {
        let name = livepatch.name
        let load = Suggestion(weight: loadWeight(livepatch), action: .load(module: name, loadOptions(livepatch)))
        var result = [load]
        guard rehearsal.mentioned.contains(name) else { return result }
        let isLoaded = machine.livepatches.contains(name)
        let isIdle = machine.state.transition == nil
        if machine.state.isInTransition(name), let entry = machine.state.patch(name) {
            result += suggestionsInTransition(entry.name, isEnabled: entry.isEnabled)
        } else if machine.state.patch(name)?.isEnabled == true {
            let isAsleep = patchesSleeper(livepatch)
            result.append(Suggestion(weight: isIdle ? isAsleep ? 26 : 10 : 4, action: .disable(patch: name)))
            result.append(Suggestion(weight: 1, action: .enable(patch: name)))
        } else {
            // There is no such file, unless the module was never loaded at all.
            result.append(Suggestion(weight: 1, action: .enable(patch: name)))
            result.append(Suggestion(weight: 1, action: .disable(patch: name)))
        }
        let isListed = machine.state.patch(name) != nil
        result.append(Suggestion(weight: isLoaded && !isListed ? 10 : 2, action: .unload(module: name)))
        if isIdle || isHeldUp { result.append(Suggestion(weight: 1, action: .force(patch: name))) }
        if let set = setting(livepatch) { result.append(set) }
        return result.filter { isAllowed($0.action) }
    }

    private func loadWeight(_ livepatch: LivepatchDescription) -> Int {
        let name = livepatch.name
        if machine.livepatches.contains(name) { return 2 }
        // What failed will fail again, mostly.
        let attempts = rehearsal.steps.filter { step in
            if case .load(name, _) = step.action { step.failure != nil } else { false }
        }
        let weight = machine.state.transition != nil ? 7 : patchesSleeper(livepatch) ? 45 : 30
        return max(1, weight / (1 + 3 * attempts.count))
    }

    /// True if a task sleeps in a function that the livepatch patches, and may hold up its transitions.
    private func patchesSleeper(_ livepatch: LivepatchDescription) -> Bool {
        livepatch.objects.flatMap(\.functions).contains(where: machine.functionsWithSleepers.contains)
    }

    private mutating func loadOptions(_ livepatch: LivepatchDescription) -> LoadOptions {
        var options = LoadOptions()
        if case .parameter? = livepatch.replace, numbers.chance(70) { options.replace = numbers.chance(70) }
        let states = livepatch.states ?? []
        if livepatch.hasPrePatch(), numbers.chance(8) {
            let fails =
                livepatch.objects.contains { $0.prePatchReturn != 0 } || states.contains { $0.prePatchReturn != 0 }
            options.prePatchReturn = fails ? 0 : RandomManifest.error(&numbers)
        }
        return options
    }

    private func suggestionsInTransition(_ name: String, isEnabled: Bool) -> [Suggestion] {
        let other = isEnabled ? Action.disable(patch: name) : .enable(patch: name)
        let same = isEnabled ? Action.enable(patch: name) : .disable(patch: name)
        var result = [
            Suggestion(weight: isHeldUp ? 14 : 20, action: other), Suggestion(weight: 2, action: same),
            Suggestion(weight: 8, action: .reverse(patch: name)),
            Suggestion(weight: isHeldUp ? 0 : 12, action: .complete(patch: name)),
        ]
        guard isHeldUp else { return result }
        if manner.forces { result.append(Suggestion(weight: 60, action: .force(patch: name))) }
        if options.allowsSignal { result.append(Suggestion(weight: 10, action: .signal(patch: name))) }
        return result
    }

    /// A force that the kernel carries out is only for scenarios that are about it.
    private func isAllowed(_ action: Action) -> Bool {
        guard case .force(let patch) = action else { return true }
        return manner.forces || !machine.state.isInTransition(patch)
    }

    private mutating func setting(_ livepatch: LivepatchDescription) -> Suggestion? {
        let objects = livepatch.objects.filter { $0.callbacks.contains(.prePatch) }.map(\.name)
        guard let object = numbers.one(of: objects) else { return nil }
        // What it returns matters to modules that are still to come.
        let isComing = modules.contains(object) && !machine.state.loadedModules.contains(object)
        let value = numbers.chance(25) ? 0 : RandomManifest.error(&numbers)
        return Suggestion(
            weight: isComing && machine.livepatches.contains(livepatch.name) ? 14 : 1,
            action: .setPrePatchReturn(
                patch: livepatch.name, object: numbers.chance(50) ? object : nil, value: value))
    }

    private mutating func suggestions(for module: String) -> [Suggestion] {
        let isBusy = machine.state.transition != nil
        let isLoaded = machine.state.loadedModules.contains(module)
        let fails = numbers.chance(8) && !isLoaded
        let options = LoadOptions(initReturn: fails ? RandomManifest.error(&numbers) : 0)
        return [
            Suggestion(weight: isLoaded ? 1 : 18, action: .load(module: module, options)),
            Suggestion(weight: !isLoaded ? 1 : isBusy ? 16 : 5, action: .unload(module: module)),
        ]
    }

    /// Tasks that fall asleep in functions and wake up.
    private mutating func tasks() -> [Suggestion] {
        let sleeping = machine.functionsWithSleepers
        let blocking = machine.blockingFunction
        var result = sleeping.map { Suggestion(weight: $0 == blocking ? 6 : 2, action: .unblock(function: $0)) }
        if let function = numbers.one(of: functions.filter(rehearsal.canBlock)) {
            result.append(Suggestion(weight: sleeping.isEmpty ? 28 : 5, action: .block(function: function)))
        }
        return result
    }

    private mutating func kprobes() -> [Suggestion] {
        var result = machine.occupiedFunctions.map { Suggestion(weight: 6, action: .vacate(function: $0)) }
        if let function = numbers.one(of: functions.filter(rehearsal.isThere)) {
            result.append(Suggestion(weight: 14, action: .occupy(function: function)))
        }
        return result
    }

    /// The functions that livepatches patch, each once.
    private var functions: [String] {
        var result: [String] = []
        for function in livepatches.flatMap(\.objects).flatMap(\.functions) where !result.contains(function) {
            result.append(function)
        }
        return result
    }

    private mutating func shadowCall() -> ShadowCall? {
        guard let caller = numbers.one(of: callers) else { return nil }
        return ShadowCall(by: caller, number: rehearsal.steps.count + 1, &numbers)
    }

    /// The modules that are loaded, in a fixed order.
    var callers: [String] {
        livepatches.map(\.name).filter(machine.livepatches.contains)
            + modules.filter(machine.state.loadedModules.contains)
    }
}
