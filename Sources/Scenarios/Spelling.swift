/// Finds the word that was meant.
enum Spelling {
    /// The candidate that differs from the word by at most two letters, if there is just one nearest.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let ranked = candidates.map { (word: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
            .filter { $0.distance <= 2 && $0.distance < $0.word.utf8.count }
            .sorted { $0.distance < $1.distance }
        guard let best = ranked.first, ranked.dropFirst().first?.distance != best.distance else { return nil }
        return best.word
    }

    /// How many letters have to be inserted, dropped, changed or exchanged with their neighbour.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        // Longer words are no misspelling of a key, and no reason to compute.
        guard one.count < 64 else { return Int.max }
        var rows = [Array(0...other.count)]
        for (row, letter) in one.enumerated() {
            var next = [row + 1]
            for (column, wanted) in other.enumerated() {
                var cost = min(
                    rows[row][column] + (letter == wanted ? 0 : 1), rows[row][column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == wanted {
                    cost = min(cost, rows[row - 1][column - 1] + 1)
                }
                next.append(cost)
            }
            rows.append(next)
        }
        return rows[one.count][other.count]
    }
}
