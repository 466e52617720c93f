import Livepatch
import Scenarios

extension Scenario {
    /// The scenario without the livepatches and modules that no step speaks of, and whose functions none speaks of.
    var withoutUnused: Scenario {
        let named = Set(steps.compactMap(\.action.module))
        var loaded: Set<String> = []
        for case .load(let module, _) in steps.map(\.action) { loaded.insert(module) }
        var result = self
        result.manifest.modules.removeAll { !loaded.contains($0.name) }
        for name in manifest.livepatches.keys.sorted() where !named.contains(name) {
            let owned = Set(result.manifest.livepatches[name]?.objects.flatMap(\.functions) ?? [])
            let others = result.manifest.livepatches.values.filter { $0.name != name }
            let known = Set(others.flatMap(\.objects).flatMap(\.functions))
            let isNeeded = steps.contains { step in
                step.action.function.map { owned.contains($0) && !known.contains($0) } ?? false
            }
            if !isNeeded { result.manifest.livepatches[name] = nil }
        }
        return result
    }
}

extension Action {
    /// The function that the step speaks of.
    var function: String? {
        switch self {
        case .block(let function), .unblock(let function), .occupy(let function), .vacate(let function): function
        default: nil
        }
    }

    /// The livepatch or module that the step speaks of.
    var module: String? {
        switch self {
        case .load(let module, _), .unload(let module): module
        case .enable(let patch), .disable(let patch), .reverse(let patch), .force(let patch), .signal(let patch),
            .complete(let patch), .setPrePatchReturn(let patch, _, _):
            patch
        case .shadow(let call): call.caller
        case .block, .unblock, .occupy, .vacate, .ftrace, .print: nil
        }
    }
}

extension Scenario {
    /// The scenario, wherever its steps were written.
    var withoutPlaces: Scenario {
        var scenario = self
        for index in steps.indices { scenario.steps[index].place = nil }
        return scenario
    }
}
