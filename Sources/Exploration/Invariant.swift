import Livepatch
import ReferenceEngine
import Simulation

/// Something that must hold whatever is done.
public struct Invariant: Sendable {
    /// Its name: `nothing-left`.
    public let name: String
    /// What must hold.
    public let statement: String
    /// Where that comes from: a function of the kernel, or a document.
    public let source: String
    /// What to look at where it is broken.
    public let advice: String
    /// Which generations promise it, in words.
    public let promise: String
    /// True if a generation with these policies promises it.
    public let isPromised: @Sendable (Policies) -> Bool
    /// What a step breaks; nil if it breaks nothing.
    var brokenByStep: StepCheck?
    /// What is broken in a state; nil if nothing is.
    var brokenInState: StateCheck?

    typealias StepCheck = @Sendable (ExploredStep, Monitor.OutOfOrder) -> String?
    typealias StateCheck = @Sendable (Machine, Monitor, Subject) -> String?
}

extension Invariant {
    /// All of them.
    public static let all = [
        callbacksInPairs, replacedPatchRunsNoCallback, statesAlternate, statesOfEnabledPatchAreOn,
        statesWithoutOwnerAreReleased, shadowVariablesHaveAnOwner, removedPatchIsSilent, transitionCanComplete,
        tasksDoNotMix, refusedOperationChangesNothing, nothingLeft,
    ]

    /// The invariant of that name; nil if there is none.
    public static func named(_ name: String) -> Invariant? { all.first { $0.name == name } }

    /// Those that the generation promises.
    public static func promised(by generation: Generation) -> [Invariant] {
        all.filter { $0.isPromised(generation.policies) }
    }
}
