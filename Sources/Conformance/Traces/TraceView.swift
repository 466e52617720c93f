import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction

/// A trace as the checks of its steps see it: each step with its place in the boot's order, so that a finding can cite it.
struct TraceView {
    /// What the trace shows, in order.
    let steps: [TracedStep]
    /// The trace's number among the sources.
    let source: Int
    /// True if the trace lost events: then what is not there proves nothing.
    let isLossy: Bool
    /// Whom rounds of a transition left unswitched.
    let refusals: [TaskRefusal]
    /// What the scheduler did with tasks.
    let schedule: TaskSchedule
    /// How far the trace's clock is ahead of the boot's, in microseconds.
    let offset: Int64
    /// False if nothing tells how the trace's clock stands to the boot's.
    let hasClock: Bool
    /// For each step the number of observations that come before it.
    private let positions: [Int]

    init(_ aligned: AlignedTrace, _ observations: [Observation]) {
        steps = aligned.trace.steps
        source = aligned.trace.source
        isLossy = !aligned.trace.losses.isEmpty || !aligned.trace.damage.isEmpty
        refusals = aligned.trace.refusals
        schedule = aligned.trace.schedule
        offset = aligned.alignment?.offset ?? 0
        hasClock = aligned.alignment == nil || aligned.alignment?.offset != nil
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

    /// How many observations come before something between the steps.
    func position(of moment: TraceMoment) -> Int {
        moment.step > 0 && moment.step <= positions.count ? positions[moment.step - 1] : 0
    }

    /// How many observations come before the step at most: those up to the next that the trace itself shows.
    func latestPosition(of step: Int, in observations: [Observation]) -> Int {
        let next = positions.firstPlace { $0 > positions[step] }
        return next < positions.count ? positions[next] - 1 : observations.count
    }

    /// The observations that the trace bears witness to between two of its steps.
    func shown(between first: Int, and last: Int, _ observations: [Observation]) -> [Observation] {
        let start = position(of: first)
        let end = min(observations.count, position(of: last))
        return observations[start..<max(start, end)].filter { observation in
            observation.steps.contains { $0.source == source && first < $0.step && $0.step < last }
        }
    }

    /// True if the ends of transitions are seen: by their lines, or by the return of klp_complete_transition.
    func showsEnds(_ observations: [Observation]) -> Bool {
        observations.contains { $0.isPrinted && $0.event.message == .complete }
            || steps.contains {
                if case .exit(let function) = $0.kind { function.name == "klp_complete_transition" } else { false }
            }
    }

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
