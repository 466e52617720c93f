import Livepatch

/// What should happen, written down by a person: livepatches, modules, and what is done with them step by step.
///
/// A scenario says nothing of what the kernel prints: the reference engine does, for each generation.
public struct Scenario: Hashable, Sendable {
    /// The scenario in a sentence: what is done and what it shows.
    public var summary: String
    /// The name that a harness prints before it performs the steps: `===== TEST: name =====`; nil if none does.
    public var test: String?
    /// The generations for which a prediction is kept; never empty.
    public var generations: [Generation]
    /// The livepatches and modules.
    public var manifest: Manifest
    /// What is done, in order.
    public var steps: [ScenarioStep]

    /// Puts a `Scenario` together from its parts.
    public init(
        summary: String, test: String? = nil, generations: [Generation], manifest: Manifest, steps: [ScenarioStep]
    ) {
        self.summary = summary
        self.test = test
        self.generations = generations
        self.manifest = manifest
        self.steps = steps
    }
}

extension Scenario {
    /// The newest of its generations.
    public var newestGeneration: Generation { generations.last ?? .linux55 }
}

/// One thing that somebody does, or that happens to the machine.
public struct ScenarioStep: Hashable, Sendable {
    /// What is done.
    public var action: Action
    /// True if the next step follows at once, so that a transition is still pending then even if nothing blocks it.
    public var leavesPending: Bool
    /// What modules print besides their init, exit and callback lines, in full: `module: text`. When a module is unloaded
    /// it is printed before the exit line, otherwise after what the step itself prints, before time passes.
    public var prints: [String]
    /// The errno that the step has to fail with; nil if the scenario does not say.
    public var failure: Errno?
    /// Where it stands in the file.
    public var place: TextPlace?

    /// Puts a `ScenarioStep` together from its parts.
    public init(
        _ action: Action, leavesPending: Bool = false, prints: [String] = [], failure: Errno? = nil,
        place: TextPlace? = nil
    ) {
        self.action = action
        self.leavesPending = leavesPending
        self.prints = prints
        self.failure = failure
        self.place = place
    }
}

/// What a step does.
public enum Action: Hashable, Sendable {
    /// insmod of a livepatch or of another module.
    case load(module: String, LoadOptions)
    /// rmmod.
    case unload(module: String)
    /// Writes 1 to `enabled` of the livepatch.
    case enable(patch: String)
    /// Writes 0 to `enabled` of the livepatch.
    case disable(patch: String)
    /// Writes to `enabled` of the livepatch, which is in transition, the other value than it has.
    case reverse(patch: String)
    /// Writes 1 to `force` of the livepatch.
    case force(patch: String)
    /// The remaining tasks are signalled: by a write to `signal` (4.16 to 5.0), by the kernel itself since.
    case signal(patch: String)
    /// A task enters the function and sleeps there.
    case block(function: String)
    /// The tasks that sleep in the function leave it.
    case unblock(function: String)
    /// From now on the pre_patch callback of the object, or of all objects, returns the value.
    case setPrePatchReturn(patch: String, object: String?, value: Int)
    /// Time passes until the livepatch's transition is complete.
    case complete(patch: String)
    /// Writes kernel.ftrace_enabled.
    case ftrace(isOn: Bool)
    /// Another user of ftrace takes the function for itself (IPMODIFY): a kprobe with a post handler.
    case occupy(function: String)
    /// That user gives the function back.
    case vacate(function: String)
    /// A module calls the shadow variable API, and prints what it does if it is instrumented.
    case shadow(ShadowCall)
    /// Somebody prints the line: a module that works, or the harness that copies what it sees of it.
    case print(line: String)
}

/// How a module is loaded.
public struct LoadOptions: Hashable, Sendable {
    /// The parameters as they are written behind the module's name; for the reader alone.
    public var parameters: String
    /// klp_patch.replace, where a parameter decides.
    public var replace: Bool?
    /// What the pre_patch callbacks return from this load on: 0, or a negative errno.
    public var prePatchReturn: Int?
    /// What a target module's init function returns: 0, or a negative errno.
    public var initReturn: Int

    /// Puts a `LoadOptions` together from its parts.
    public init(parameters: String = "", replace: Bool? = nil, prePatchReturn: Int? = nil, initReturn: Int = 0) {
        self.parameters = parameters
        self.replace = replace
        self.prePatchReturn = prePatchReturn
        self.initReturn = initReturn
    }
}

extension ScenarioStep {
    /// All lines that the step says modules print, in full.
    public var printedLines: [String] {
        if case .print(let line) = action { [line] + prints } else { prints }
    }
}
