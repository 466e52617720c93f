/// A hunk of the diff that a failed kernel selftest prints.
///
///     --- expected
///     +++ result
///     @@ -7,16 +7,24 @@ text cut off somewhere      names no line
///      both                                        printed
///     -expected only                               not printed
///     +in the result only                          printed
///
/// The whole may be indented, or stand behind `# ` (TAP).
struct DiffHunk {
    /// What the diff says about a line.
    enum Verdict {
        case head
        case printed(Int)
        case notPrinted
    }

    /// True if the lines stand behind a `#`.
    private let hasHash: Bool
    /// Blanks before the diff's own column, if there is no hash.
    private let indentation: Int
    /// The last line that can belong to the hunk, with as many again for lines that were wrapped.
    private let lastLine: Int

    /// Recognises a hunk's head.
    init?(head bytes: Span<UInt8>, margin: Margin, line: Int) {
        var position = margin.start
        hasHash = DiffHunk.skipHash(bytes, &position)
        indentation = margin.start - margin.quoteEnd
        guard bytes.skip("@@ -", &position), let old = DiffHunk.length(bytes, &position), bytes.skip(" +", &position),
            let new = DiffHunk.length(bytes, &position), bytes.has(" @@", at: position)
        else { return nil }
        lastLine = line + 2 * (old + new) + 8
    }

    /// What this line is in the diff; nil if it is none of its lines.
    func verdict(_ bytes: Span<UInt8>, margin: Margin, line: Int) -> Verdict? {
        guard line <= lastLine else { return nil }
        var position = margin.quoteEnd
        if hasHash {
            position = margin.start
            guard DiffHunk.skipHash(bytes, &position) else { return nil }
        } else {
            position += indentation
            guard margin.start >= position else { return nil }
        }
        switch bytes.byte(position) {
        case UInt8(ascii: "+"), UInt8(ascii: " "): return .printed(position + 1)
        case UInt8(ascii: "-"): return .notPrinted
        case UInt8(ascii: "\\"): return .head
        default: return nil
        }
    }

    /// True for the line that says that the diff compares what was expected with what was printed.
    static func isResultHead(_ bytes: Span<UInt8>, margin: Margin) -> Bool {
        var position = margin.start
        _ = skipHash(bytes, &position)
        return bytes.has("+++ result", at: position)
    }

    /// `#` with one blank.
    private static func skipHash(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
        guard bytes.skip(UInt8(ascii: "#"), &position) else { return false }
        if !bytes.skip(UInt8(ascii: " "), &position), bytes.byte(position) == 0xC2, bytes.byte(position + 1) == 0xA0 {
            position += 2
        }
        return true
    }

    /// `16` of `7,16`; a single number stands for a length of 1.
    private static func length(_ bytes: Span<UInt8>, _ position: inout Int) -> Int? {
        guard bytes.number(&position) != nil else { return nil }
        guard bytes.skip(UInt8(ascii: ","), &position) else { return 1 }
        return bytes.number(&position).flatMap { $0 < 100_000 ? Int($0) : nil }
    }
}
