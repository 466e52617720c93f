/// That one thing was seen before another. Counted, such pairs tell in which order a livepatch's array has its entries.
struct Precedence<Item: Hashable>: Hashable {
    let first: Item
    let second: Item

    /// Counts that each item of one phase came before those behind it.
    static func count(_ phase: [Item], in counts: inout [Precedence: Int]) {
        for (place, first) in phase.enumerated() {
            for second in phase[(place + 1)...] where second != first {
                counts[Precedence(first: first, second: second), default: 0] += 1
            }
        }
    }

    /// Picks again and again the item that the fewest others should precede; ties go to the first seen.
    static func sorted(_ items: [Item], by counts: [Precedence: Int]) -> [Item] {
        guard !counts.isEmpty else { return items }
        var rest = items
        var result: [Item] = []
        while !rest.isEmpty {
            let scores = rest.map { candidate in
                rest.reduce(0) { sum, other in
                    let before = counts[Precedence(first: other, second: candidate)] ?? 0
                    let after = counts[Precedence(first: candidate, second: other)] ?? 0
                    return sum + (before > after ? 1 : 0)
                }
            }
            let best = scores.indices.min { scores[$0] < scores[$1] } ?? 0
            result.append(rest.remove(at: best))
        }
        return result
    }
}
