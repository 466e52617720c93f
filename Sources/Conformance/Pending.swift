import Livepatch
import ReferenceEngine

/// What is still going on at the end of the log.
enum Pending {
    static func undecided(
        _ state: EngineState, _ operations: [JudgedOperation], crash: Int, besides known: [Undecided]
    ) -> [Undecided] {
        guard let transition = state.transition,
            !known.contains(where: {
                $0.patch == transition.patch && !$0.missing.isEmpty && ($0.reason == .pending || $0.reason == .crash)
            })
        else { return [] }
        let last = operations.last { judged in
            !judged.isLost && judged.observations.contains { $0.event.patch == transition.patch }
        }
        return [
            Undecided(
                reason: crash < Int.max ? .crash : .pending, patch: transition.patch, missing: [],
                place: last?.observations.last)
        ]
    }
}
