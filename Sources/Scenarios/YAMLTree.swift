/// What is to be written as YAML, and how it is laid out.
indirect enum YAMLTree: Hashable {
    /// Characters that stand as they are: a keyword, a number.
    case word(String)
    /// A text, quoted where YAML would take it for something else.
    case text(String)
    case list([YAMLTree], Layout)
    case mapping(YAMLFields, Layout)

    /// How a list or a mapping is laid out.
    enum Layout: Hashable {
        /// An item or field a line.
        case block
        /// All on one line, if that has no more columns.
        case line(within: Int)
    }

    /// The lines of a whole document.
    var lines: [String] { lines(indentedBy: 0) }

    /// The lines of the tree as a block of its own.
    private func lines(indentedBy indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .word, .text: return [margin + flow]
        case .mapping(let fields, _):
            return fields.entries.flatMap { entry in
                let key = margin + entry.key.rawValue + ":"
                if let line = entry.value.onOneLine(after: key + " ") { return [line] }
                return [key] + entry.value.lines(indentedBy: indent + 2)
            }
        case .list(let items, _):
            return items.flatMap { item in
                if let line = item.onOneLine(after: margin + "- ") { return [line] }
                var lines = item.lines(indentedBy: indent + 2)
                if let first = lines.first { lines[0] = margin + "- " + first.dropFirst(indent + 2) }
                return lines
            }
        }
    }

    /// The line that consists of the beginning and the tree; nil if the tree needs several.
    private func onOneLine(after beginning: String) -> String? {
        switch self {
        case .word(let word): return beginning + word
        case .text(let text): return beginning + YAMLScalar.spelled(text, inFlow: false)
        case .list(let items, _) where items.isEmpty: return beginning + flow
        case .mapping(let fields, _) where fields.isEmpty: return beginning + flow
        case .list(_, .line(let width)), .mapping(_, .line(let width)):
            let line = beginning + flow
            return line.count <= width ? line : nil
        case .list(_, .block), .mapping(_, .block): return nil
        }
    }

    /// The tree on one line: `[a, b]`, `{key: value}`.
    private var flow: String {
        switch self {
        case .word(let word): word
        case .text(let text): YAMLScalar.spelled(text, inFlow: true)
        case .list(let items, _): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let fields, _):
            "{" + fields.entries.map { "\($0.key.rawValue): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }
}

/// The fields of a mapping, in the order in which they are written.
struct YAMLFields: Hashable {
    struct Entry: Hashable {
        var key: Key
        var value: YAMLTree
    }

    private(set) var entries: [Entry] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    /// Adds the field if it has a value.
    mutating func add(_ key: Key, _ value: YAMLTree?) {
        if let value { entries.append(Entry(key: key, value: value)) }
    }

    /// Adds a list if it has items.
    mutating func addUnlessEmpty(_ key: Key, _ items: [YAMLTree], _ layout: YAMLTree.Layout = .block) {
        if !items.isEmpty { add(key, .list(items, layout)) }
    }

    /// Adds a mapping if it has fields.
    mutating func addUnlessEmpty(_ key: Key, _ fields: YAMLFields) {
        if !fields.isEmpty { add(key, .mapping(fields, .block)) }
    }
}
