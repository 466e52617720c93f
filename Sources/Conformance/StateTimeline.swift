import Livepatch
import Reconstruction
import ReferenceEngine

/// The state of the subsystem at any place of a boot, as the judged operations leave it.
struct StateTimeline {
    let operations: [JudgedOperation]

    /// The state when the observation was made; nil before the first operation.
    func state(before index: Int) -> EngineState? {
        let count = operationCount(before: index)
        return count > 0 ? operations[count - 1].stateAfter : nil
    }

    /// How many operations were over, as far as their lines tell, when the observation was made.
    private func operationCount(before index: Int) -> Int {
        operations.firstPlace { ($0.steps.lazy.compactMap(\.seen).last?.index ?? -1) >= index }
    }

    /// The transition that was running when the observation was made, and the line that began it.
    func transition(at index: Int) -> (patch: String, since: Observation?)? {
        let count = operationCount(before: index)
        guard count > 0, let running = operations[count - 1].stateAfter.transition else { return nil }
        let start = operations[..<count].last { judged in
            judged.steps.contains { $0.seen?.event.message == .starting }
        }
        return (running.patch, start?.observations.last)
    }
}
