/// What all trials together say.
struct Report {
    let trials: [Trial]

    /// The share of killed mutants among those that no equivalence class covers, in percent.
    func rate(_ mode: Mode) -> Double {
        let counted = trials.filter { $0.mode == mode && !$0.isEquivalent }
        guard !counted.isEmpty else { return 100 }
        return 100 * Double(counted.count { $0.isKilled }) / Double(counted.count)
    }

    var survivors: [Trial] { trials.filter { !$0.isKilled && !$0.isEquivalent } }

    func table() -> String {
        var lines = [row("edit", ["total", "equiv."] + Mode.allCases.flatMap { _ in ["killed", "survived"] })]
        for kind in EditKind.allCases {
            lines.append(row(kind.rawValue, counts(trials.filter { $0.mutant.kind == kind })))
        }
        lines.append(row("all", counts(trials)))
        let modes = Mode.allCases.map { left($0.rawValue, 18) }.joined()
        return left("", 44) + modes + "\n" + lines.joined(separator: "\n")
    }

    func rates() -> String {
        Mode.allCases.map { "killed \($0.rawValue): \(twoDigits(rate($0))) %" }.joined(separator: "\n")
    }

    func kills() -> String {
        var lines = [
            "kills by rule of the first error" + String(repeating: " ", count: 14) + "with manifest  by inference"
        ]
        let killed = trials.filter { $0.isKilled }
        let names = Set(killed.map(\.ruleName)).sorted()
        for name in names {
            let numbers = Mode.allCases.map { mode in killed.count { $0.mode == mode && $0.ruleName == name } }
            lines.append(left("  " + name, 44) + numbers.map { right("\($0)", 15) }.joined())
        }
        return lines.joined(separator: "\n")
    }

    func equivalences() -> String {
        var lines = ["equivalence classes"]
        for equivalence in EquivalenceClass.all {
            let count = trials.count { $0.mode == .manifest && $0.equivalence == equivalence.name }
            lines.append("  \(right("\(count)", 6))  \(equivalence.name): \(equivalence.statement)")
        }
        return lines.joined(separator: "\n")
    }

    func survivorList() -> String {
        survivors.map(\.description).joined(separator: "\n")
    }

    private func counts(_ trials: [Trial]) -> [String] {
        let once = trials.filter { $0.mode == .manifest }
        return ["\(once.count)", "\(once.count { $0.isEquivalent })"]
            + Mode.allCases.flatMap { mode in
                let own = trials.filter { $0.mode == mode }
                return ["\(own.count { $0.isKilled })", "\(own.count { !$0.isKilled && !$0.isEquivalent })"]
            }
    }

    private func row(_ title: String, _ cells: [String]) -> String {
        left(title, 26) + cells.map { right($0, 9) }.joined()
    }
}

extension Trial {
    var isKilled: Bool { if case .killed = outcome { true } else { false } }
    var isEquivalent: Bool { equivalence != nil }
    var equivalence: String? { if case .equivalent(let name) = outcome { name } else { nil } }
    var ruleName: String { answer?.rule.map { "\($0.rawValue) \($0)" } ?? "(left open at the end of the log)" }

    /// One survivor in four lines.
    var description: String {
        """
        survived \(mode.rawValue): \(run):\(mutant.line + 1): \(mutant.kind.rawValue)
            line:    \(original)
            edit:    \(mutant.words)
            verdict: \(answer?.verdict.rawValue ?? "none")\(answer?.details.map { "; " + $0 }.joined() ?? "")
        """
    }
}

private func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Cut, not rounded: 98.996 is not 99.
private func twoDigits(_ value: Double) -> String {
    let hundredths = Int(value * 100)
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}
