/// Literal texts of which a record must hold one. An empty set is in every record.
struct NeedleSet: Sendable {
    private let needles: [[UInt8]]
    /// Which bytes a needle begins with: most positions are answered by this table alone.
    private let begins: [Bool]

    init(_ texts: [String]) {
        needles = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }
        var begins = [Bool](repeating: false, count: 256)
        for needle in needles {
            if let first = needle.first { begins[Int(first)] = true }
        }
        self.begins = begins
    }

    func isIn(_ bytes: Span<UInt8>) -> Bool {
        if needles.isEmpty { return true }
        for position in 0..<bytes.count where begins[Int(bytes[position])] {
            for needle in needles where stands(needle, in: bytes, at: position) { return true }
        }
        return false
    }

    private func stands(_ needle: [UInt8], in bytes: Span<UInt8>, at position: Int) -> Bool {
        guard needle.count <= bytes.count - position else { return false }
        for index in 0..<needle.count where needle[index] != bytes[position + index] { return false }
        return true
    }
}
