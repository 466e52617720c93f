/// The longest common subsequence of two short lists.
package enum CommonSequence {
    /// The places of its elements in both lists, in order.
    package static func pairs(_ rows: Int, _ columns: Int, _ isEqual: (Int, Int) -> Bool) -> [(row: Int, column: Int)] {
        let width = columns + 1
        var lengths = [Int32](repeating: 0, count: (rows + 1) * width)
        for row in (0..<rows).reversed() {
            for column in (0..<columns).reversed() {
                lengths[row * width + column] =
                    isEqual(row, column)
                    ? lengths[(row + 1) * width + column + 1] + 1
                    : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
            }
        }
        var pairs: [(row: Int, column: Int)] = []
        var row = 0
        var column = 0
        while row < rows, column < columns {
            if isEqual(row, column) {
                pairs.append((row, column))
                row += 1
                column += 1
            } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
                row += 1
            } else {
                column += 1
            }
        }
        return pairs
    }
}
