import Livepatch

/// Reads the templates of callback lines, and refuses those that could never recognise a line.
enum CallbackLineReader {
    private static let holes = ["patch", "object", "moduleState", "moduleStateRemark"]

    static func callbackLines(_ value: YAMLValue?) throws(Misreading) -> [CallbackKind: [String]] {
        guard let value else { return [:] }
        var result: [CallbackKind: [String]] = [:]
        for (key, lines) in try value.fields(.callbackLines) {
            guard let kind = CallbackKind(rawValue: key.rawValue) else { continue }
            for line in try lines.items("a callback line") { result[kind, default: []].append(try template(line)) }
        }
        return result
    }

    private static func template(_ value: YAMLValue) throws(Misreading) -> String {
        let text = try value.text()
        var seen: [String] = []
        var literals = [""]
        var rest = Substring(text)
        while let first = rest.first {
            if let hole = hole(rest) {
                guard holes.contains(hole) else {
                    throw value.error(
                        "unknown hole {\(hole)}; known are {patch}, {object}, {moduleState}, {moduleStateRemark}")
                }
                guard seen.isEmpty || literals.last != "" else {
                    throw value.error("two holes side by side: nobody can tell where one ends")
                }
                seen.append(hole)
                literals.append("")
                rest = rest.dropFirst(hole.count + 2)
            } else {
                literals[literals.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        for needed in ["patch", "object"] where !seen.contains(needed) {
            throw value.error("a callback line needs {\(needed)}")
        }
        guard literals.contains(where: { $0.utf8.count >= 3 }) else {
            throw value.error("a callback line needs three bytes of its own in a row, to be found by")
        }
        return text
    }

    /// The name of the hole that the text begins with: letters in braces. Other braces are text.
    private static func hole(_ text: Substring) -> String? {
        guard text.first == "{", let close = text.firstIndex(of: "}") else { return nil }
        let name = text[text.index(after: text.startIndex)..<close]
        return !name.isEmpty && name.allSatisfy(\.isLetter) ? String(name) : nil
    }
}
