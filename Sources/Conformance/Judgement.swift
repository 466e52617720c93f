import Livepatch
import Reconstruction
import ReferenceEngine

/// An operation that was seen, or whose loss has to be assumed, compared with what the engine says of it.
public struct JudgedOperation: Hashable, Sendable {
    /// What was done; nil for lines that no operation explains.
    public var operation: Operation?
    /// The lines, expected and seen.
    public var steps: [Step]
    /// Why the kernel would have refused it.
    public var objections: [Objection]
    /// What had to be assumed of the time before.
    public var assumptions: [Assumption]
    /// True if not one of its lines was seen: it is assumed because later lines need it.
    public var isLost: Bool
    /// The state of the subsystem afterwards.
    public var stateAfter: EngineState
    /// True if the lines are what is left of an operation whose beginning the log does not hold.
    public var isRemainder = false
    /// The livepatches that had been replaced before, and were not enabled again.
    var replaced: Set<String> = []

    /// The lines that were seen, in order.
    public var observations: [Observation] {
        steps.compactMap(\.seen)
    }
}

/// Something that the log does not show and that has to be so for the lines to make sense.
public enum Assumption: Hashable, Sendable {
    /// The patch was enabled before the log (or its visible part) begins.
    case enabledBefore(patch: String)
    /// The patch was in transition when the log (or its visible part) begins.
    case inTransitionBefore(patch: String, Direction)
    /// The patch was disabled before, unseen.
    case disabledBefore(patch: String)
    /// The patch was replaced by a later one.
    case replaced(patch: String)

    /// True if lines of an operation that is now seen lie before the log.
    public var cutsOperation: Bool { if case .inTransitionBefore = self { true } else { false } }
}

/// A state from which a candidate operation can be performed, and what it takes to get there.
struct Preparation {
    var state: EngineState
    var assumptions: [Assumption] = []
    var lost: [JudgedOperation] = []
    /// Set if nothing explains how the state could have come about: the kernel does this nevertheless.
    var objection: Objection?
}

/// A candidate, compared with the section.
struct Evaluation {
    var preparation: Preparation
    var prediction: Prediction
    var judged: JudgedOperation
    var cost: Int
    /// How many runs of missing lines lie where the log is known to have a hole, or an end.
    var excused = 0

    /// Fewer contradictions first, then fewer assumptions.
    func isBetter(than other: Evaluation) -> Bool {
        if cost != other.cost { return cost < other.cost }
        return assumptions < other.assumptions
    }

    private var assumptions: Int { preparation.assumptions.count + preparation.lost.count + excused }
}
