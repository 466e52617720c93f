import Livepatch
import Scenarios
import Simulation

/// Steps that a real kernel can perform one after the other, and the machine as it should be after them.
///
/// A step that the kernel refuses belongs to them, and says with which error; a step that cannot be meant does not.
struct Rehearsal {
    let manifest: Manifest
    let generation: Generation
    private(set) var machine: Machine
    private(set) var steps: [ScenarioStep] = []
    /// What an earlier step loads, whether or not the kernel let it, and none has unloaded.
    private(set) var mentioned: Set<String> = []
    /// How many steps a real kernel may overtake.
    private(set) var raceCount = 0

    init(manifest: Manifest, generation: Generation) {
        self.manifest = manifest
        self.generation = generation
        machine = Machine(manifest: manifest, generation: generation)
    }

    /// Adds the step if it can be performed.
    mutating func add(_ step: ScenarioStep) -> Bool {
        guard isPossible(step.action) else { return false }
        var step = step
        step.failure = nil
        do throws(SimulationError) {
            let outcome = try machine.perform(step)
            step.failure = outcome.failure
            raceCount += outcome.isRace ? 1 : 0
        } catch {
            return false
        }
        switch step.action {
        case .load(let module, _): mentioned.insert(module)
        case .unload(let module) where step.failure == nil: mentioned.remove(module)
        default: break
        }
        steps.append(step)
        return true
    }

    /// The scenario that the steps make.
    func scenario(like other: Scenario) -> Scenario {
        var scenario = other
        scenario.manifest = manifest
        scenario.manifest.outputLines = Set(steps.flatMap(\.printedLines))
        scenario.steps = steps
        return scenario
    }

    /// True if a task can be made to sleep in the function now.
    func canBlock(_ function: String) -> Bool {
        isThere(function) && PatchableFunction.named(function)?.isSleepable != false
    }

    /// True if the function is there now: of the kernel, or of a module that is loaded.
    func isThere(_ function: String) -> Bool {
        let objects = manifest.livepatches.values.flatMap(\.objects).filter { $0.functions.contains(function) }
        guard let owner = objects.first?.name, objects.allSatisfy({ $0.name == owner }) else { return false }
        let isMissing = objects.contains { $0.missing.contains(function) }
        return !isMissing && (owner == Event.vmlinux || machine.state.loadedModules.contains(owner))
    }

    private func isPossible(_ action: Action) -> Bool {
        switch action {
        case .load(let module, let options): canLoad(module, options)
        case .unload(let module): mentioned.contains(module) && !isHeldByKprobe(module)
        case .enable(let patch), .disable(let patch), .reverse(let patch), .force(let patch), .signal(let patch),
            .complete(let patch):
            manifest.livepatches[patch] != nil && mentioned.contains(patch)
        case .setPrePatchReturn(let patch, let object, _): hasPrePatch(patch, object)
        case .block(let function): canBlock(function)
        case .unblock(let function): machine.functionsWithSleepers.contains(function)
        // A kprobe that comes or goes while ftrace is off is no matter of livepatch, and 5.10 loses count of its handlers then (a
        // WARN of ftrace_shutdown).
        case .occupy(let function):
            machine.isFtraceOn && isThere(function) && !machine.occupiedFunctions.contains(function)
        case .vacate(let function): machine.isFtraceOn && machine.occupiedFunctions.contains(function)
        case .shadow(let call): mentioned.contains(call.caller)
        case .ftrace, .print: true
        }
    }

    private func canLoad(_ module: String, _ options: LoadOptions) -> Bool {
        guard let livepatch = manifest.livepatches[module] else {
            return manifest.modules.contains { $0.name == module } && options.replace == nil
                && options.prePatchReturn == nil
        }
        if options.replace != nil {
            guard case .parameter? = livepatch.replace else { return false }
        }
        return options.initReturn == 0 && (options.prePatchReturn == nil || hasPrePatch(module, nil))
            && !manifest.modules.contains { $0.name == module }
    }

    private func hasPrePatch(_ patch: String, _ object: String?) -> Bool {
        manifest.livepatches[patch]?.hasPrePatch(of: object) == true
    }

    /// A module whose function a kprobe has goes, and the kprobe with it; nobody gives it back then.
    private func isHeldByKprobe(_ module: String) -> Bool {
        let functions = manifest.livepatches.values.flatMap { $0.object(module)?.functions ?? [] }
        return machine.occupiedFunctions.contains(where: functions.contains)
    }
}
