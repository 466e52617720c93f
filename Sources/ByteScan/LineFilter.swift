/// Literal byte strings, of which a line must hold at least one.
///
/// Needles are compared byte by byte, with regard to case. An empty needle, or one with a newline in it, is in no line.
public struct LineFilter: Sendable {
    let needles: [[UInt8]]

    /// Compiles the needles.
    public init(needles: [String]) {
        self.needles = needles.map { Array($0.utf8) }.filter { !$0.isEmpty && !$0.contains(UInt8(ascii: "\n")) }
    }

    /// A position at or after the start, and before the end, of a needle that lies wholly in `start..<end`.
    ///
    /// No line before the one of this position holds a needle.
    func firstHit(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        for position in start..<max(start, end) {
            for needle in needles where needle.count <= end - position && needle.first == base[position] {
                if needle.indices.allSatisfy({ needle[$0] == base[position + $0] }) { return position }
            }
        }
        return nil
    }
}
