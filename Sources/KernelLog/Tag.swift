/// A program's name as log daemons write it: `kernel:`, `sshd[123]:`.
struct Tag {
    var start: Int
    var isKernel: Bool
    /// True if a process number stands in brackets.
    var hasNumber: Bool

    /// A word that ends with a colon.
    init?(in bytes: Span<UInt8>, _ word: Range<Int>) {
        guard word.count > 1, bytes.byte(word.upperBound - 1) == UInt8(ascii: ":") else { return nil }
        self.init(withoutColon: bytes, word.lowerBound..<(word.upperBound - 1))
    }

    init(withoutColon bytes: Span<UInt8>, _ word: Range<Int>) {
        start = word.lowerBound
        var name = word
        hasNumber = false
        if bytes.byte(word.upperBound - 1) == UInt8(ascii: "]") {
            var open = word.upperBound - 2
            while open > word.lowerBound, bytes.byte(open).isDigit { open -= 1 }
            hasNumber = bytes.byte(open) == UInt8(ascii: "[") && open < word.upperBound - 2
            if hasNumber { name = word.lowerBound..<open }
        }
        isKernel = name.count == 6 && bytes.has("kernel", at: name.lowerBound)
    }
}
