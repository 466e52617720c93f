/// Writes texts so that every reader of YAML takes them for texts, and this one's search for forbidden syntax finds none.
enum YAMLScalar {
    /// The text, in quotes only if it needs them.
    ///
    /// - Parameter inFlow: true within brackets or braces.
    static func spelled(_ text: String, inFlow: Bool) -> String {
        if isPlain(text, inFlow: inFlow) { return text }
        if !text.unicodeScalars.allSatisfy(isPrintable) { return doubleQuoted(text) }
        let hasSpecial = text.unicodeScalars.contains { $0 == "\"" || $0 == "\\" }
        return hasSpecial ? singleQuoted(text) : "\"\(text)\""
    }

    /// A comment; each line of the text becomes one.
    static func comment(_ text: String) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            var result = "# "
            for scalar in line.unicodeScalars { result.unicodeScalars.append(isPrintable(scalar) ? scalar : "?") }
            return line.isEmpty ? "#" : result
        }
    }

    private static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last, first != " ", last != " ", last != ":",
            scalars.allSatisfy(isPrintable), !"-?:,[]{}#&*!|>'\"%@`=~<".unicodeScalars.contains(first)
        else { return false }
        for (scalar, next) in zip(scalars, scalars.dropFirst()) {
            if scalar == ":" && next == " " { return false }
            if scalar == " " && next == "#" { return false }
        }
        if inFlow && scalars.contains(where: ",[]{}?:".unicodeScalars.contains) { return false }
        return !isOfAnotherType(text, scalars) && ForbiddenSyntax.first(in: text) == nil
    }

    /// True for what readers of YAML 1.1 or 1.2 take for nothing, a truth value, a number or a date.
    private static func isOfAnotherType(_ text: String, _ scalars: [Unicode.Scalar]) -> Bool {
        let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "+.inf", "-.inf"]
        if words.contains(text.lowercased()) { return true }
        guard let first = scalars.first, "0123456789+.".unicodeScalars.contains(first) else { return false }
        return scalars.allSatisfy("0123456789abcdefABCDEFxXoO_+-.:eTtZz ".unicodeScalars.contains)
    }

    private static func singleQuoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }

    private static func doubleQuoted(_ text: String) -> String {
        let letters = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\" + String(scalar)
            case _ where isPrintable(scalar): String(scalar)
            default: "\\U" + padded(String(scalar.value, radix: 16, uppercase: true))
            }
        }
        return "\"" + letters.joined() + "\""
    }

    private static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// True for what a reader of YAML accepts within a line: no control character, no line end of whatever kind, no byte order mark.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2028, 0x2029, 0xFEFF: false
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
