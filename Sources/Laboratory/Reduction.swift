import Livepatch
import Scenarios

/// One way to make a scenario smaller. Steps are meant by their numbers in the scenario that is made smaller.
enum Reduction: Hashable {
    /// What no step loads.
    case unused
    /// A livepatch and every step with it.
    case livepatch(String)
    /// A target module, every step with it, and the objects that livepatches have of it.
    case module(String)
    /// A function and every step with it.
    case function(String)
    case steps([Int])
    case object(of: String, String)
    case patchedFunction(of: String, object: String, String)
    case callbacks(of: String, object: String, Set<CallbackKind>)
    case prePatchReturn(of: String, object: String)
    case replace(of: String)
    case states(of: String, Set<UInt>)
    /// What callbacks print of a state.
    case stateOutput(of: String, UInt, Set<CallbackKind>)
    case moduleLines(String)
    case callbackLines
    case heading
    case pending(Int)
    case outputs(Int)
    case loadOptions(Int)
}

/// A scenario that is being made smaller. Steps keep their numbers until it is done.
struct ReducedScenario {
    private let original: Scenario
    private let generation: Generation
    private var manifest: Manifest
    private var test: String?
    private var steps: [ScenarioStep?]
    private var dropsUnused = false

    init(_ scenario: Scenario, _ generation: Generation) {
        original = scenario
        self.generation = generation
        manifest = scenario.manifest
        test = scenario.test
        steps = scenario.steps
    }

    /// The scenario made smaller in these ways; steps that can't be performed any more go, and those that fail say so. Nil if no
    /// step is left.
    static func scenario(_ scenario: Scenario, _ generation: Generation, without reductions: [Reduction]) -> Scenario? {
        var reduced = ReducedScenario(scenario, generation)
        for reduction in reductions { reduced.apply(reduction) }
        return reduced.result()
    }

    private func result() -> Scenario? {
        var rehearsal = Rehearsal(manifest: tidied, generation: generation)
        for step in steps.compactMap({ $0 }) { _ = rehearsal.add(withoutVainOptions(step)) }
        guard !rehearsal.steps.isEmpty else { return nil }
        var scenario = rehearsal.scenario(like: original)
        scenario.test = test
        return dropsUnused ? scenario.withoutUnused : scenario
    }

    /// Nothing is missing that is not looked for, and what does not exist returns nothing.
    private var tidied: Manifest {
        var manifest = manifest
        for name in manifest.livepatches.keys {
            for index in manifest.livepatches[name]?.objects.indices ?? 0..<0 {
                manifest.change(name) { livepatch in
                    livepatch.objects[index].missing.formIntersection(livepatch.objects[index].functions)
                    if !livepatch.objects[index].callbacks.contains(.prePatch) {
                        livepatch.objects[index].prePatchReturn = 0
                    }
                }
            }
        }
        return manifest
    }

    /// The step without options that mean nothing to the livepatch as it is now.
    private func withoutVainOptions(_ step: ScenarioStep) -> ScenarioStep {
        guard case .load(let module, var options) = step.action, let livepatch = manifest.livepatches[module] else {
            return step
        }
        if case .parameter? = livepatch.replace {} else { options.replace = nil }
        if !livepatch.hasPrePatch() { options.prePatchReturn = nil }
        var step = step
        step.action = .load(module: module, options)
        return step
    }

    private mutating func apply(_ reduction: Reduction) {
        switch reduction {
        case .unused: dropsUnused = true
        case .livepatch(let name):
            manifest.livepatches[name] = nil
            dropSteps { $0.module == name }
        case .module(let name):
            manifest.modules.removeAll { $0.name == name }
            for patch in manifest.livepatches.keys {
                manifest.change(patch) { $0.objects.removeAll { $0.name == name } }
            }
            dropSteps { $0.module == name }
        case .function(let function):
            for patch in manifest.livepatches.keys {
                manifest.change(patch) { livepatch in
                    for index in livepatch.objects.indices {
                        livepatch.objects[index].functions.removeAll { $0 == function }
                    }
                }
            }
            dropSteps { $0.function == function }
        case .steps(let numbers): for number in numbers { steps[number] = nil }
        case .moduleLines(let name):
            for index in manifest.modules.indices where manifest.modules[index].name == name {
                manifest.modules[index].initLine = nil
                manifest.modules[index].exitLine = nil
            }
        case .callbackLines: manifest.callbackLines = [:]
        case .heading: test = nil
        case .pending(let number): steps[number]?.leavesPending = false
        case .outputs(let number): steps[number]?.prints = []
        case .loadOptions(let number):
            if case .load(let module, _)? = steps[number]?.action {
                steps[number]?.action = .load(module: module, LoadOptions())
            }
        default: applyToLivepatch(reduction)
        }
    }

    private mutating func applyToLivepatch(_ reduction: Reduction) {
        switch reduction {
        case .object(let patch, let object): manifest.change(patch) { $0.objects.removeAll { $0.name == object } }
        case .patchedFunction(let patch, let object, let function):
            manifest.change(patch, object) { $0.functions.removeAll { $0 == function } }
        case .callbacks(let patch, let object, let kinds):
            manifest.change(patch, object) { $0.callbacks.subtract(kinds) }
        case .prePatchReturn(let patch, let object): manifest.change(patch, object) { $0.prePatchReturn = 0 }
        case .replace(let patch): manifest.change(patch) { $0.replace = .fixed(false) }
        case .states(let patch, let ids): manifest.change(patch) { $0.states?.removeAll { ids.contains($0.id) } }
        case .stateOutput(let patch, let id, let kinds):
            manifest.change(patch) { livepatch in
                for index in livepatch.states?.indices ?? 0..<0 where livepatch.states?[index].id == id {
                    for kind in kinds { livepatch.states?[index].prints[kind] = nil }
                }
            }
        default: break
        }
    }

    private mutating func dropSteps(_ isMeant: (Action) -> Bool) {
        for (number, step) in steps.enumerated() {
            if let step, isMeant(step.action) { steps[number] = nil }
        }
    }
}

extension Manifest {
    fileprivate mutating func change(_ patch: String, _ change: (inout LivepatchDescription) -> Void) {
        guard var livepatch = livepatches[patch] else { return }
        change(&livepatch)
        livepatches[patch] = livepatch
    }

    fileprivate mutating func change(
        _ patch: String, _ object: String, _ change: (inout ObjectDescription) -> Void
    ) {
        self.change(patch) { livepatch in
            for index in livepatch.objects.indices where livepatch.objects[index].name == object {
                change(&livepatch.objects[index])
            }
        }
    }
}
