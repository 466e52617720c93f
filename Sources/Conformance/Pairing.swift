import Livepatch
import ReferenceEngine

/// Finds missing lines that stand somewhere else: moved, or under another name. Both ends are one fault.
struct Pairing {
    /// For each slot that has one, its counterpart.
    private(set) var partner: [Int: Int] = [:]

    /// How far a moved line may have gone, in slots.
    private static let reach = 24

    static func of(_ slots: [Slot]) -> Pairing {
        var pairing = Pairing()
        let unexpected = slots.indices.filter { if case .unexpected = slots[$0].step { true } else { false } }
        for position in unexpected { pairing.pair(position, slots) { $0.saysTheSame(as: $1) } }
        for position in unexpected where pairing.partner[position] == nil {
            pairing.pair(position, slots, reach: 2) { $0.isMisspelled(as: $1) }
        }
        return pairing
    }

    /// Pairs the unexpected line with the nearest missing one that is like it.
    private mutating func pair(
        _ position: Int, _ slots: [Slot], reach: Int = reach, isLike: (Event, Event) -> Bool
    ) {
        guard case .unexpected(let observation) = slots[position].step else { return }
        let near = max(0, position - reach)..<min(slots.count, position + reach + 1)
        let candidates = near.filter { candidate in
            guard partner[candidate] == nil, case .missing(let expectation, let need) = slots[candidate].step else {
                return false
            }
            return need != .perhaps && isLike(expectation.event, observation.event)
        }
        guard let best = candidates.min(by: { abs($0 - position) < abs($1 - position) }) else { return }
        partner[position] = best
        partner[best] = position
    }
}

extension Event {
    /// True if the other may be this line with another argument. A state's callback is told by its kind and one of patch and state.
    fileprivate func isMisspelled(as other: Event) -> Bool {
        guard message == other.message else { return false }
        guard message == .stateCallback else { return true }
        return callback == other.callback && (patch == other.patch || number == other.number)
    }
}
