import Livepatch
import Scenarios
import Simulation

/// The end of a random scenario: what can be undone is undone, in any order that works.
extension RandomSteps {
    /// Undoes what the steps did.
    mutating func cleanUp() {
        let most = rehearsal.steps.count + 60
        while rehearsal.steps.count < most, addOne(of: cleaningSuggestions(), isCleaning: true) {}
    }

    /// How many steps it takes to clean up, about.
    var leftovers: Int {
        let ids = Set(machine.state.shadowVariables.keys.map(\.id))
        return machine.functionsWithSleepers.count + machine.occupiedFunctions.count + (machine.isFtraceOn ? 0 : 1)
            + ids.count + machine.state.patches.filter(\.isEnabled).count + callers.count
    }

    private mutating func cleaningSuggestions() -> [Suggestion] {
        let ids = Set(machine.state.shadowVariables.keys.map(\.id)).sorted()
        if let id = ids.first {
            guard let caller = numbers.one(of: callers) else {
                return (modules + livepatches.map(\.name)).map {
                    Suggestion(weight: 1, action: .load(module: $0, LoadOptions()))
                }
            }
            return [Suggestion(weight: 1, action: .shadow(ShadowCall(by: caller, freeingAll: id)))]
        }
        var result = machine.functionsWithSleepers.map { Suggestion(weight: 4, action: .unblock(function: $0)) }
        result += machine.occupiedFunctions.map { Suggestion(weight: 4, action: .vacate(function: $0)) }
        if !machine.isFtraceOn { result.append(Suggestion(weight: 4, action: .ftrace(isOn: true))) }
        let running = machine.state.transition?.patch
        for name in livepatches.map(\.name) where machine.livepatches.contains(name) {
            let entry = machine.state.patch(name)
            if entry?.isEnabled == true, running == nil || running == name {
                result.append(Suggestion(weight: 5, action: .disable(patch: name)))
            }
            if running == name, !isHeldUp { result.append(Suggestion(weight: 3, action: .complete(patch: name))) }
            if entry == nil, !machine.pinned.contains(name) {
                result.append(Suggestion(weight: 5, action: .unload(module: name)))
            }
        }
        result += modules.filter(machine.state.loadedModules.contains)
            .map { Suggestion(weight: 3, action: .unload(module: $0)) }
        return result
    }
}
