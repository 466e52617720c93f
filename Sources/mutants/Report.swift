import ReferenceEngine

/// Trials of logs of one origin.
struct TrialGroup {
    let title: String
    /// How many mutants were not tried.
    let leftOut: Int
    let logCount: Int
    let trials: [Trial]

    /// The share of killed mutants among those that no equivalence class covers, in percent.
    func rate(_ mode: Mode) -> Double {
        let counted = trials.filter { $0.mode == mode && !$0.isEquivalent }
        guard !counted.isEmpty else { return 100 }
        return 100 * Double(counted.count { $0.isKilled }) / Double(counted.count)
    }

    var survivors: [Trial] { trials.filter { !$0.isKilled && !$0.isEquivalent } }

    func table() -> String {
        let modes = Mode.allCases.map { left($0.rawValue, 18) }.joined()
        var lines = [left("\(title): \(logCount) logs", 44) + modes]
        lines.append(row("edit", ["total", "equiv."] + Mode.allCases.flatMap { _ in ["killed", "survived"] }))
        for kind in EditKind.allCases {
            lines.append(row(kind.rawValue, counts(trials.filter { $0.mutant.kind == kind })))
        }
        lines.append(row("all", counts(trials)))
        let rates = Mode.allCases.map { right("\(twoDigits(rate($0))) %", 18) }.joined()
        lines.append(left("killed", 44) + rates)
        if leftOut > 0 { lines.append("a sample; not tried: \(leftOut) mutants") }
        return lines.joined(separator: "\n")
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

/// What all trials together say.
struct Report {
    /// Recorded runs, and predictions.
    let groups: [TrialGroup]
    let trials: [Trial]

    /// - Parameter leftOut: how many mutants of predicted logs were not tried.
    init(runs: [Run], trials: [Trial], leftOut: Int) {
        self.trials = trials
        groups = [("recorded runs", true), ("predicted logs", false)].map { title, isRecorded in
            TrialGroup(
                title: title, leftOut: isRecorded ? 0 : leftOut,
                logCount: runs.count { ($0.origin == .recorded) == isRecorded },
                trials: trials.filter { ($0.origin == .recorded) == isRecorded })
        }
    }

    var survivors: [Trial] { groups.flatMap(\.survivors) }

    /// The rules that no mutant makes the checker name, of those by which logs are judged.
    var untriggered: [RuleID] {
        let triggered = trials.reduce(into: Set<RuleID>()) { $0.formUnion($1.triggered) }
        return RuleID.allCases.filter { !triggered.contains($0) && $0.rule.isJudgedByLines }
    }

    /// For each group and mode the first errors and all findings, by rule.
    func rules() -> String {
        let title = "mutants by rule: first error/any finding that the original has not"
        var lines = [
            title,
            left("", 38) + groups.map { left($0.title, 45) }.joined(),
            left("", 38) + groups.flatMap { _ in Mode.allCases.map { right($0.rawValue, 15) } }.joined(),
        ]
        for rule in RuleID.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            let cells = groups.flatMap { group in
                Mode.allCases.map { mode -> String in
                    let own = group.trials.filter { $0.mode == mode && $0.triggered.contains(rule) }
                    return right(own.isEmpty ? "-" : "\(own.count { $0.answer?.rule == rule })/\(own.count)", 15)
                }
            }
            lines.append(left("  \(rule.rawValue) \(rule)", 38) + cells.joined())
        }
        let names = untriggered.map(\.rawValue).joined(separator: " ")
        return (lines + ["rules that no mutant triggers: \(names.isEmpty ? "none" : names)"]).joined(separator: "\n")
    }

    func equivalences() -> String {
        var lines = ["equivalence classes (recorded, predicted)"]
        for equivalence in EquivalenceClass.all {
            let counts = groups.map { group in
                group.trials.count { $0.mode == .manifest && $0.equivalence == equivalence.name }
            }
            lines.append(
                "  \(counts.map { right("\($0)", 6) }.joined())  \(equivalence.name): \(equivalence.statement)")
        }
        return lines.joined(separator: "\n")
    }

    func survivorList() -> String {
        survivors.map(\.description).joined(separator: "\n")
    }
}

extension Trial {
    var isKilled: Bool { if case .killed = outcome { true } else { false } }
    var isEquivalent: Bool { equivalence != nil }
    var equivalence: String? { if case .equivalent(let name) = outcome { name } else { nil } }

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
