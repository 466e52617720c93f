/// Literal byte strings, of which a line must hold at least one.
///
/// Needles are compared byte by byte, with regard to case. An empty needle, or one with a newline in it, is in no line.
public struct LineFilter: Sendable {
    let needles: [[UInt8]]

    /// Takes any number of needles; the speed of a scan hardly depends on it. Needles of one or two bytes are slow.
    public init(needles: [String]) {
        self.needles = needles.map { Array($0.utf8) }.filter { !$0.isEmpty && !$0.contains(newline) }
    }
}
