import Livepatch
import Reconstruction
import ReferenceEngine

/// A boot's expectations and lines in one sequence, so that what is missing can be seen between what is not.
struct Slot {
    /// The operation's place among the judged operations.
    let operation: Int
    let step: Step

    var seen: Observation? { step.seen }

    static func all(of operations: [JudgedOperation]) -> [Slot] {
        operations.enumerated().flatMap { index, judged in judged.steps.map { Slot(operation: index, step: $0) } }
    }
}

/// Decides which missing debug lines the source could have shown.
///
/// Debug lines come and go with dynamic debug and with the console's level, so they are needed only between debug lines
/// that were seen. A single one missing there is missing; two or more in a row were not visible:
///
///     seen  seen  -  seen          the third is missing
///     -  -  seen  seen             debug lines became visible with the third
///     seen  -  -  -  seen          not visible in between
enum DebugVisibility {
    /// The slots without the missing debug lines that were not visible.
    static func filter(_ slots: [Slot], operations: [JudgedOperation], isOnThroughout: Bool) -> [Slot] {
        let isDebug = slots.map { slot -> Bool? in
            switch slot.step {
            case .matched(let expectation, let seen): expectation.level == 7 && seen.isPrinted ? true : nil
            case .missing(_, .debug): operations[slot.operation].isLost ? nil : false
            default: nil
            }
        }
        let positions = isDebug.indices.filter { isDebug[$0] != nil }
        var missing: Set<Int> = []
        for (order, position) in positions.enumerated() where isDebug[position] == false {
            let before = order > 0 ? isDebug[positions[order - 1]] ?? false : false
            let after = order + 1 < positions.count ? isDebug[positions[order + 1]] ?? false : false
            if isOnThroughout || (before && after) { missing.insert(position) }
        }
        return slots.enumerated().filter { position, slot in
            if case .missing(_, .debug) = slot.step { return missing.contains(position) }
            return true
        }.map(\.element)
    }
}
