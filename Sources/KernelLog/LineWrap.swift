/// How the writer of a text treated long lines, learnt from the text's beginning.
struct TextHabits: Hashable, Sendable {
    /// The longest line that begins with a log prefix.
    var widestRecord = 0
    /// Lines end in `=` and go on.
    var isQuotedPrintable = false

    init(of prefix: [UInt8]) {
        var text = LineText()
        let bytes = prefix.span
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            text.assign(bytes.extracting(start..<end), isQuotedPrintable: false)
            learn(from: text.bytes.span)
            start = end + 1
        }
    }

    private mutating func learn(from line: Span<UInt8>) {
        let margin = Margin(of: line)
        if LinePrefix(in: line, at: margin.start, namesHosts: false) != nil {
            widestRecord = max(widestRecord, line.count)
            // `===== TEST: x =====` ends in the same byte, but not alone and not at the width of mail.
            let breaks =
                line.byte(line.count - 1) == UInt8(ascii: "=") && line.byte(line.count - 2) != UInt8(ascii: "=")
            if breaks && (72...76).contains(line.count) { isQuotedPrintable = true }
        }
        if line.find("=C2=A0") != nil || line.find("Content-Transfer-Encoding: quoted-printable") != nil {
            isQuotedPrintable = true
        }
    }
}

/// Decides whether a line without a prefix is the rest of the record before, which a mail program cut.
///
/// A mail program cuts at a blank where the next word would not have fit, and keeps the blank (format=flowed) or
/// drops it. The cut is undone only where that explains the line end: a program's output after a record is no part
/// of it.
struct LineWrap {
    /// Columns that a first part must reach together with the word after it.
    static let narrowest = 70
    /// What is longer was not cut.
    static let widest = 82

    /// - Parameters:
    ///   - previous: Everything of the record so far.
    ///   - width: Length of the last line of it.
    ///   - rest: The line in question, from its text on.
    static func joins(
        _ previous: Span<UInt8>, width: Int, rest: Span<UInt8>, habits: TextHabits
    ) -> Bool {
        var position = 0
        let word = rest.word(&position)
        guard !word.isEmpty, canContinue(rest, firstWord: word) else { return false }
        var trimmed = previous.count
        while previous.byte(trimmed - 1).isBlank { trimmed -= 1 }
        let keepsBlank = trimmed < previous.count
        let column = width - (previous.count - trimmed)
        guard trimmed > 0, column <= widest, column + 1 + word.count > narrowest else { return false }
        let isQuoted = rest.byte(0) == UInt8(ascii: "'") || rest.byte(0) == UInt8(ascii: "\"")
        if keepsBlank || isQuoted || endsOpen(previous, trimmed) { return true }
        return habits.widestRecord <= widest && column + 1 + rest.count > 76 && words(in: rest) <= 3
    }

    /// False for prompts, tags, brackets and marks, which begin something of their own.
    private static func canContinue(_ rest: Span<UInt8>, firstWord: Range<Int>) -> Bool {
        let first = rest.byte(0)
        guard first.isLetter || first.isDigit || "'\"(/".utf8.contains(first) else { return false }
        let last = rest.byte(firstWord.upperBound - 1)
        if ":#$%>".utf8.contains(last) { return false }
        return !(firstWord.contains { rest.byte($0) == UInt8(ascii: "@") })
    }

    /// True if the text ends with a word that no sentence ends with.
    private static func endsOpen(_ text: Span<UInt8>, _ end: Int) -> Bool {
        var start = end
        while start > 0, !text.byte(start - 1).isBlank { start -= 1 }
        let connectors = [
            "a", "an", "and", "at", "by", "for", "from", "has", "in", "is", "of", "on", "or", "the", "to", "with",
        ]
        return connectors.contains { $0.utf8.count == end - start && text.has($0, at: start) }
    }

    private static func words(in text: Span<UInt8>) -> Int {
        var position = 0
        var count = 0
        while position < text.count {
            text.skipBlanks(&position)
            if !text.word(&position).isEmpty { count += 1 }
        }
        return count
    }
}
