/// A record that a console printed behind a prompt: `~ # [  704.373970] text`, `host login: [   12.3] text`.
enum Prompt {
    /// Where the record begins; nil if what stands before a stamp is no prompt.
    ///
    /// A message can quote a stamp (`driver: header [   12.345678] text`), and must not be cut there. So the text before
    /// must be a prompt from the line's first byte on: one word, or `[user@host directory]`, and a prompt's end.
    static func end(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while position < bytes.count, position - start <= 80 {
            if position > start, isRecord(bytes, at: position) {
                return isPrompt(bytes, start, position) ? position : nil
            }
            position += 1
        }
        return nil
    }

    /// `[   12.345678]`, with a level before it or not.
    private static func isRecord(_ bytes: Span<UInt8>, at start: Int) -> Bool {
        var position = start
        if bytes.skip(UInt8(ascii: "<"), &position) {
            guard bytes.number(&position) != nil, bytes.skip(UInt8(ascii: ">"), &position) else { return false }
        }
        return Stamp(in: bytes, at: position) != nil
    }

    private static func isPrompt(_ bytes: Span<UInt8>, _ start: Int, _ stamp: Int) -> Bool {
        var end = stamp
        while end > start, bytes.byte(end - 1).isBlank { end -= 1 }
        guard end > start, bytes.byte(start) != UInt8(ascii: "<") else { return false }
        let mark = bytes.byte(end - 1)
        if mark == UInt8(ascii: ":") { return isQuestion(bytes, start, end) }
        guard "#$>%".utf8.contains(mark) else { return false }
        end -= 1
        while end > start, bytes.byte(end - 1).isBlank { end -= 1 }
        if bytes.byte(start) == UInt8(ascii: "["), bytes.byte(end - 1) == UInt8(ascii: "]") {
            return (start..<end).contains { bytes.byte($0) == UInt8(ascii: "@") }
        }
        return !(start..<end).contains { bytes.byte($0).isBlank }
    }

    /// `host login:` and `Password:`, with a terminal's name between or not.
    private static func isQuestion(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let isLogin = bytes.has("login:", at: end - 6) && end - 6 >= start
        let isPassword = bytes.has("assword:", at: end - 8) && end - 8 >= start
        return (isLogin || isPassword) && (start..<end).count { bytes.byte($0).isBlank } <= 2
    }
}
