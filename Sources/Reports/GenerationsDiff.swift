import Livepatch
import ReferenceEngine
import Scenarios
import Simulation

/// What two generations print for one scenario, side by side.
public struct GenerationsDiff {
    private let scenario: Scenario
    private let left: Simulation
    private let right: Simulation
    private let columnWidth: Int
    private let showsAll: Bool
    private let showsDebugLines: Bool

    /// - Parameters:
    ///   - scenario: the scenario.
    ///   - left: the scenario in one generation.
    ///   - right: the same in the other.
    ///   - width: how many characters a line may have, 40 at least.
    ///   - showsAll: also the steps in which they do not differ.
    ///   - showsDebugLines: also what only dynamic debug shows.
    public init(
        of scenario: Scenario, _ left: Simulation, _ right: Simulation, width: Int, showsAll: Bool,
        showsDebugLines: Bool = true
    ) {
        self.scenario = scenario
        self.left = left
        self.right = right
        self.columnWidth = (max(width, 40) - 3) / 2
        self.showsAll = showsAll
        self.showsDebugLines = showsDebugLines
    }

    /// The policies that differ, then the steps that differ, then what is left at the end, if that differs.
    public var text: String {
        let steps = (0..<left.failures.count).compactMap(step)
        let body = steps.isEmpty ? "They print the same.\n" : heading + steps.joined()
        return policies + unsupported + body + remainder
    }

    /// What is there after the last step.
    private var remainder: String {
        let (old, new) = (left.machine.state.remainder, right.machine.state.remainder)
        guard old.map(\.items) != new.map(\.items) else { return "" }
        let rows = zip(old, new).filter { showsAll || !$0.items.isEmpty || !$1.items.isEmpty }
            .map { row($0.text, $0.items == $1.items ? "|" : " ", $1.text) }
        return "\n" + row("at the end", " ", "at the end") + rows.joined()
    }

    private var unsupported: String {
        let notes = [left.generation, right.generation].flatMap { Unsupported.notes(scenario, $0) }
        return notes.isEmpty
            ? ""
            : notes.flatMap { wrapped($0, 2 * columnWidth + 3) }.map { $0.withoutTrailingBlanks + "\n" }.joined() + "\n"
    }

    private var policies: String {
        let differences = left.generation.policies.differences(from: right.generation.policies)
        let names = "\(left.generation.rawValue) and \(right.generation.rawValue)"
        guard !differences.isEmpty else { return "\(names) have the same policies.\n\n" }
        let width = differences.map { $0.policy.utf8.count }.max() ?? 0
        return "\(names) differ in \(differences.count) \(differences.count == 1 ? "policy" : "policies"):\n"
            + differences.map { "  \($0.policy.padded(to: width))  \($0.here) | \($0.there)\n" }.joined() + "\n"
    }

    private var heading: String { row(left.generation.rawValue, " ", right.generation.rawValue) }

    /// One step: the operator's lines and the kernel's, side by side. Nil if there is nothing to show.
    private func step(_ number: Int) -> String? {
        let old = left.lines.filter { $0.step == number && (showsDebugLines || !$0.isDebug) }
        let new = right.lines.filter { $0.step == number && (showsDebugLines || !$0.isDebug) }
        guard old.map(\.text) != new.map(\.text) || showsAll else { return nil }
        return "\n" + rows(old, new)
    }

    /// `|` separates equal lines and `~` such as say the same in other words; `<` and `>` stand beside lines that only one of them
    /// prints.
    private func rows(_ old: [SimulatedLine], _ new: [SimulatedLine]) -> String {
        var rows = ""
        var place = (old: 0, new: 0)
        for edit in UnifiedDiff.edits(old.map(\.meaning), new.map(\.meaning)) {
            switch edit {
            case .same:
                let (one, other) = (old[place.old].text, new[place.new].text)
                rows += row(one, one == other ? "|" : "~", other)
                place = (place.old + 1, place.new + 1)
            case .removed:
                rows += row(old[place.old].text, "<", "")
                place.old += 1
            case .added:
                rows += row("", ">", new[place.new].text)
                place.new += 1
            }
        }
        return rows
    }

    /// One row, of as many lines as the longer text needs.
    private func row(_ left: String, _ mark: String, _ right: String) -> String {
        let (left, right) = (wrapped(left, columnWidth), wrapped(right, columnWidth))
        return (0..<max(left.count, right.count, 1)).map { number in
            let one = number < left.count ? left[number] : ""
            let other = number < right.count ? right[number] : ""
            return "\(one.padded(to: columnWidth)) \(mark) \(other)".withoutTrailingBlanks + "\n"
        }.joined()
    }

    /// The text in pieces of the width, broken at blanks where there are any; what follows the first is indented.
    private func wrapped(_ text: String, _ width: Int) -> [String] {
        var pieces: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            let indent = pieces.isEmpty ? "" : "    "
            var piece = rest.prefix(width - indent.count)
            if piece.endIndex < rest.endIndex, let blank = piece.lastIndex(of: " "), blank > piece.startIndex {
                piece = piece[...blank]
            }
            pieces.append(indent + piece)
            rest = rest[piece.endIndex...]
        }
        return pieces
    }
}

extension EngineState {
    /// What is there, by kinds of things.
    fileprivate var remainder: [Remainder] {
        let enabled = patches.filter(\.isEnabled).map(\.name)
        let variables = shadowVariables.keys.map { "<\($0.object), \(String($0.id, radix: 16))>" }
        let types = shadowTypes.users.sorted { $0.key < $1.key }.map { "\($0.key) (\(Words.count($0.value, "user")))" }
        let current = features.sorted { $0.key < $1.key }.map { "\($0.key) in version \($0.value.version)" }
        return [
            Remainder(title: "enabled", items: enabled), Remainder(title: "shadow variables", items: variables),
            Remainder(title: "types", items: types), Remainder(title: "features", items: current),
        ]
    }
}

/// What is left of one kind.
private struct Remainder {
    let title: String
    let items: [String]

    var text: String { "  \(title): \(items.isEmpty ? "none" : items.joined(separator: ", "))" }
}

extension SimulatedLine {
    /// What two generations have to say alike to say the same.
    fileprivate var meaning: String {
        guard !isMarker, let event else { return text }
        let parts = [
            event.message.rawValue, event.patch, event.object, event.callback?.rawValue, event.direction?.rawValue,
            event.text, event.name, event.message == .stateCallback ? event.number.map(String.init) : nil,
        ]
        return parts.map { $0 ?? "" }.joined(separator: "\n")
    }
}

extension String {
    /// With blanks behind it, as wide as that at least.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    fileprivate var withoutTrailingBlanks: String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }
}
