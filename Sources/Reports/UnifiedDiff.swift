/// The difference of two texts line by line, in the form of `diff -u`.
struct UnifiedDiff {
    /// How many equal lines are shown around what differs.
    private static let context = 3

    /// A line of one text, of the other, or of both.
    enum Edit {
        case same(String)
        case removed(String)
        case added(String)
    }

    private let edits: [Edit]
    private let oldName: String
    private let newName: String

    /// - Parameters:
    ///   - old: the lines before; nil if there is no such file.
    ///   - new: the lines after; nil if there is no such file.
    init(_ old: [String]?, _ new: [String]?, names: (old: String, new: String)) {
        oldName = old == nil ? "/dev/null" : names.old
        newName = new == nil ? "/dev/null" : names.new
        edits = Self.edits(old ?? [], new ?? [])
    }

    /// The text; empty if the two are equal.
    var text: String {
        let hunks = hunks
        guard !hunks.isEmpty else { return "" }
        return "--- \(oldName)\n+++ \(newName)\n" + hunks.joined()
    }

    /// The lines of both texts in one sequence.
    static func edits(_ old: [String], _ new: [String]) -> [Edit] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Edit] = []
        var place = 0
        for (offset, line) in old.enumerated() {
            if removed.contains(offset) {
                edits.append(.removed(line))
                continue
            }
            while added.contains(place) {
                edits.append(.added(new[place]))
                place += 1
            }
            edits.append(.same(line))
            place += 1
        }
        while place < new.count {
            edits.append(.added(new[place]))
            place += 1
        }
        return edits
    }

    private var hunks: [String] {
        let changed = edits.indices.filter { if case .same = edits[$0] { false } else { true } }
        var ranges: [Range<Int>] = []
        for place in changed {
            let range = max(0, place - Self.context)..<min(edits.count, place + Self.context + 1)
            if let last = ranges.last, last.upperBound >= range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges.map(hunk)
    }

    private func hunk(_ range: Range<Int>) -> String {
        let before = edits[..<range.lowerBound]
        let old = (start: before.count(where: \.isInOld), count: edits[range].count(where: \.isInOld))
        let new = (start: before.count(where: \.isInNew), count: edits[range].count(where: \.isInNew))
        let head = "@@ -\(place(old.start, old.count)) +\(place(new.start, new.count)) @@\n"
        return head
            + edits[range].map { edit in
                switch edit {
                case .same(let line): " \(line)\n"
                case .removed(let line): "-\(line)\n"
                case .added(let line): "+\(line)\n"
                }
            }.joined()
    }

    /// An empty range is named by the line before it.
    private func place(_ start: Int, _ count: Int) -> String { "\(count == 0 ? start : start + 1),\(count)" }
}

extension UnifiedDiff.Edit {
    fileprivate var isInOld: Bool { if case .added = self { false } else { true } }
    fileprivate var isInNew: Bool { if case .removed = self { false } else { true } }
}
