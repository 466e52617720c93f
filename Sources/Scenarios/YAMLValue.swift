import Livepatch
import Yams

/// A YAML node that knows what it is called in errors and where it stands.
struct YAMLValue {
    let node: Node
    /// What it is: `a manifest`, `an object`, `'replace'`.
    let title: String

    var place: TextPlace? { node.mark.map { TextPlace(line: $0.line, column: $0.column) } }

    func error(_ problem: String) -> Misreading { Misreading(place: place, problem: problem) }

    /// The one document of the text.
    static func document(_ yaml: String, _ kind: YAMLText.Kind) throws(Misreading) -> YAMLValue {
        let root: Node?
        do {
            root = try compose(yaml: yaml, .default, .default, .utf8)
        } catch let error as YamlError {
            throw misreading(of: error, kind)
        } catch {
            throw Misreading(place: nil, problem: "no valid YAML")
        }
        guard let root else {
            throw Misreading(
                place: nil, problem: "empty; a \(kind.rawValue) is a mapping with \(Key.all(in: kind.schema))")
        }
        return YAMLValue(node: root, title: "a \(kind.rawValue)")
    }

    private static func misreading(of error: YamlError, _ kind: YAMLText.Kind) -> Misreading {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return Misreading(
                place: TextPlace(line: mark.line, column: mark.column), problem: words(for: problem))
        case .composer(_, _, let mark, _):
            return Misreading(
                place: TextPlace(line: mark.line, column: mark.column),
                problem: "a second document; a \(kind.rawValue) is one")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return Misreading(
                place: TextPlace(line: context.mark.line, column: context.mark.column), problem: "\(names) given twice")
        case .reader(let problem, let offset, _, _):
            return Misreading(
                place: nil, problem: "no valid YAML: \(problem)" + (offset.map { " at character \($0)" } ?? ""))
        default: return Misreading(place: nil, problem: "no valid YAML")
        }
    }

    /// The parser's words, and what people usually did who get to read them.
    private static func words(for problem: String) -> String {
        switch problem {
        case "mapping values are not allowed in this context":
            "no valid YAML: \(problem); a text with ': ' in it needs quotes"
        case "found character that cannot start any token":
            "no valid YAML: \(problem); indent with blanks, not tabs, and quote a text that begins with a special character"
        case _ where problem.hasPrefix("Maximum nesting level"): "nested too deeply"
        default: "no valid YAML: \(problem)"
        }
    }

    /// The values of a mapping by key; every key has to be one of the schema's.
    func fields(_ schema: Key.Schema) throws(Misreading) -> [Key: YAMLValue] {
        guard case .mapping(let mapping) = node else {
            throw error("expected \(title): a mapping with \(Key.all(in: schema))")
        }
        var result: [Key: YAMLValue] = [:]
        for (keyNode, value) in mapping {
            let keyValue = YAMLValue(node: keyNode, title: "a key")
            guard case .scalar(let scalar) = keyNode, let key = Key(rawValue: scalar.string), schema.keys.contains(key)
            else {
                let name =
                    if case .scalar(let scalar) = keyNode { "unknown key '\(scalar.string)'" } else {
                        "a key that is no word"
                    }
                let meant = Spelling.nearest(to: keyNode.string ?? "", among: schema.keys.map(\.rawValue))
                let hint = meant.map { ", perhaps meant as '\($0)'" } ?? ""
                throw keyValue.error("\(name) in \(title)\(hint); known are \(Key.all(in: schema))")
            }
            result[key] = YAMLValue(node: value, title: "'\(key.rawValue)'")
        }
        return result
    }

    /// True if it is a mapping that has the key.
    func has(_ key: Key) -> Bool {
        guard case .mapping(let mapping) = node else { return false }
        return mapping.contains { $0.key.string == key.rawValue }
    }

    /// True if it is a mapping.
    var isMapping: Bool { if case .mapping = node { true } else { false } }

    /// The items of a sequence, each called by the given title.
    func items(_ title: String) throws(Misreading) -> [YAMLValue] {
        guard case .sequence(let sequence) = node else { throw error("expected a list for \(self.title)") }
        return sequence.map { YAMLValue(node: $0, title: title) }
    }

    /// A text of one line that is not empty.
    func text() throws(Misreading) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty,
            scalar.string.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { throw error("expected a text of one line for \(title)") }
        return scalar.string
    }

    /// A plain `true` or `false`.
    func bool() throws(Misreading) -> Bool {
        switch try word() {
        case "true": return true
        case "false": return false
        default: throw error("expected true or false for \(title)")
        }
    }

    /// A decimal number without sign.
    func number(_ range: ClosedRange<UInt>) throws(Misreading) -> UInt {
        let digits = try word()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt(digits),
            range.contains(value)
        else { throw error("expected a number from \(range.lowerBound) to \(range.upperBound) for \(title)") }
        return value
    }

    /// An id of a shadow variable: an unsigned long, in hexadecimal with 0x or in decimal.
    func identifier() throws(Misreading) -> UInt64 {
        guard let value = ShadowCallReader.identifier(try word()) else {
            throw error("expected a number such as 0x1234 for \(title)")
        }
        return value
    }

    /// What a callback or an init function returns: 0, or a negative errno as a number or a name (`-19`, `-ENODEV`).
    func callbackReturn() throws(Misreading) -> Int {
        let text = try word()
        if text == "0" { return 0 }
        guard text.hasPrefix("-"), let number = Errno(String(text.dropFirst()))?.number else {
            throw error("expected 0 or a negative errno such as -ENODEV or -19 for \(title)")
        }
        return -number
    }

    /// The characters of an unquoted scalar; empty for anything else, which no caller takes for a value.
    func word() throws(Misreading) -> String {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return "" }
        return scalar.string
    }
}
