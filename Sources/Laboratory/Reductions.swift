import Livepatch
import Scenarios

extension Scenario {
    /// Every way to make the scenario smaller that is tried, the greatest steps first.
    var reductions: [Reduction] {
        let livepatches = manifest.livepatches.values.sorted { $0.name < $1.name }
        var result: [Reduction] = [.unused]
        result += livepatches.map { .livepatch($0.name) } + manifest.modules.map { .module($0.name) }
        result += stepReductions + patchedFunctions.map { .function($0) }
        result += livepatches.flatMap { livepatch in livepatch.objects.map { .object(of: livepatch.name, $0.name) } }
        for livepatch in livepatches { result += reductions(of: livepatch) }
        result += manifest.modules.filter { $0.initLine != nil || $0.exitLine != nil }.map { .moduleLines($0.name) }
        if !manifest.callbackLines.isEmpty { result.append(.callbackLines) }
        if test != nil { result.append(.heading) }
        for (number, step) in steps.enumerated() { result += reductions(of: step, number) }
        return result + runs(of: 2) + runs(of: 3)
    }

    /// Halves, quarters and so on, what belongs together, and each step for itself, the last first.
    private var stepReductions: [Reduction] {
        var result: [Reduction] = []
        var length = steps.count / 2
        while length > 1 {
            for start in stride(from: 0, to: steps.count, by: length).reversed() {
                result.append(.steps(Array(start..<min(start + length, steps.count))))
            }
            length /= 2
        }
        let groups: [(Action) -> Bool] =
            patchedFunctions.map { function in { $0.function == function } }
            + [{ if case .ftrace = $0 { true } else { false } }, { if case .shadow = $0 { true } else { false } }]
        for isOfGroup in groups {
            let group = steps.indices.filter { isOfGroup(steps[$0].action) }
            if group.count > 1 { result.append(.steps(group)) }
        }
        return result + steps.indices.reversed().map { .steps([$0]) }
    }

    /// Steps that follow one another, wherever they begin: a livepatch that is disabled, unloaded and loaded again.
    private func runs(of length: Int) -> [Reduction] {
        guard steps.count > length else { return [] }
        return (0...(steps.count - length)).reversed().map { .steps(Array($0..<($0 + length))) }
    }

    private var patchedFunctions: [String] {
        Set(manifest.livepatches.values.flatMap(\.objects).flatMap(\.functions)).sorted()
    }

    private func reductions(of livepatch: LivepatchDescription) -> [Reduction] {
        let name = livepatch.name
        var result: [Reduction] = []
        for object in livepatch.objects {
            result += object.functions.map { .patchedFunction(of: name, object: object.name, $0) }
            if object.callbacks.count > 1 {
                result.append(.callbacks(of: name, object: object.name, object.callbacks))
            }
            for kind in CallbackKind.allCases where object.callbacks.contains(kind) {
                result.append(.callbacks(of: name, object: object.name, [kind]))
            }
            if object.prePatchReturn != 0 { result.append(.prePatchReturn(of: name, object: object.name)) }
        }
        if livepatch.replace != .fixed(false) { result.append(.replace(of: name)) }
        let states = livepatch.states ?? []
        if states.count > 1 { result.append(.states(of: name, Set(states.map(\.id)))) }
        for state in states {
            result.append(.states(of: name, [state.id]))
            if state.prints.count > 1 { result.append(.stateOutput(of: name, state.id, Set(state.prints.keys))) }
            for kind in CallbackKind.allCases where state.prints[kind] != nil {
                result.append(.stateOutput(of: name, state.id, [kind]))
            }
        }
        return result
    }

    private func reductions(of step: ScenarioStep, _ number: Int) -> [Reduction] {
        var result: [Reduction] = []
        if step.leavesPending { result.append(.pending(number)) }
        if !step.prints.isEmpty { result.append(.outputs(number)) }
        if case .load(_, let options) = step.action, options != LoadOptions() { result.append(.loadOptions(number)) }
        return result
    }
}
