/// What the kernel counted as lost on a CPU, by the statistics that the recorder kept when it ended.
struct TraceFileStatistics: Hashable, Sendable {
    var instance: String?
    var cpu: Int
    /// Events that were overwritten, or for which there was no room.
    var lost: Int
    /// Where the option is.
    var offset: Int

    /// Reads the options: `Buffer: NAME` before those of an instance, `CPU: 0`, `overrun: 4511`, `dropped events: 0`.
    static func all(_ options: [TraceFileOption]) -> [TraceFileStatistics] {
        var instance: String?
        var all: [TraceFileStatistics] = []
        for option in options where option.known == .cpuStatistics {
            var cpu: Int?
            var lost = 0
            for line in (option.text ?? "").split(separator: "\n") {
                guard let colon = line.firstRange(of: ": ") else { continue }
                let value = line[colon.upperBound...]
                switch line[..<colon.lowerBound] {
                case "Buffer": instance = String(value)
                case "CPU": cpu = Int(value)
                case "overrun", "dropped events": lost = sum(lost, Int(value) ?? 0)
                default: break
                }
            }
            guard let cpu else { continue }
            all.append(TraceFileStatistics(instance: instance, cpu: cpu, lost: lost, offset: option.offset))
        }
        return all
    }

    /// The sum of two counts of a file, which may be any numbers; at most the largest one.
    private static func sum(_ count: Int, _ other: Int) -> Int {
        let (sum, overflow) = count.addingReportingOverflow(max(0, other))
        return overflow ? Int.max : sum
    }

    /// Completes a ledger: a CPU's only mark without a number gets the number that the other marks leave; a CPU that lost
    /// events without a mark gets an entry.
    func complete(_ ledger: inout [TraceLoss], source: Int) {
        guard lost > 0 else { return }
        let marks = ledger.indices.filter { ledger[$0].cpu == cpu && ledger[$0].instance == instance }
        let unknown = marks.filter { ledger[$0].count == nil }
        let known = marks.reduce(0) { Self.sum($0, ledger[$1].count ?? 0) }
        if marks.isEmpty {
            ledger.append(
                TraceLoss(
                    place: TracePlace(source: source, line: nil, offset: offset), instance: instance, cpu: cpu,
                    time: nil, count: lost, evidence: .overwritten))
        } else if unknown.count == 1, known < lost {
            ledger[unknown[0]].count = lost - known
        }
    }
}
