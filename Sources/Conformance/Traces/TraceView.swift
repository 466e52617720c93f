import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction

/// A trace as the checks of its steps see it: each step with its place in the boot's order, so that a finding can cite it.
struct TraceView {
    /// What the trace shows, in order.
    let steps: [TracedStep]
    /// True if the trace lost events: then what is not there proves nothing.
    let isLossy: Bool
    /// How far the trace's clock is ahead of the boot's, in microseconds.
    private let offset: Int64
    /// For each step the number of observations that come before it.
    private let positions: [Int]

    init(_ aligned: AlignedTrace, _ observations: [Observation]) {
        steps = aligned.trace.steps
        isLossy = !aligned.trace.losses.isEmpty || !aligned.trace.damage.isEmpty
        offset = aligned.alignment?.offset ?? 0
        positions = Self.positions(aligned, observations)
    }

    /// A step's place among the observations is told by those that the trace bears witness to: they are in its order.
    private static func positions(_ aligned: AlignedTrace, _ observations: [Observation]) -> [Int] {
        var indices: [Int: Int] = [:]
        for observation in observations {
            for reference in observation.steps where reference.source == aligned.trace.source {
                indices[reference.step] = observation.index
            }
        }
        var last = -1
        return aligned.trace.steps.indices.map { step in
            if let index = indices[step] { last = max(last, index) }
            return last + 1
        }
    }

    /// The steps between two observations.
    func steps(from first: Int, to last: Int) -> ArraySlice<TracedStep> {
        let start = positions.firstPlace { $0 > first }
        let end = positions.firstPlace { $0 > last }
        return start < end ? steps[start..<end] : []
    }

    /// How many observations come before the step.
    func position(of step: Int) -> Int { positions[step] }

    /// The step as a finding cites it.
    func citation(of step: Int) -> Observation {
        Observation(
            index: max(0, positions[step] - 1), event: Event(.tracedCall, name: steps[step].function?.name),
            record: LogRecord(steps[step].record, offset: offset), isPrinted: false)
    }
}

extension TracedStep {
    /// True if the function of livepatch was entered.
    func isEntry(of name: String) -> Bool {
        if case .entry(let function) = kind { function.isOfLivepatch && function.name == name } else { false }
    }

    /// The function that was entered or left.
    var function: TracedFunction? {
        switch kind {
        case .entry(let function), .exit(let function): function
        default: nil
        }
    }
}
