/// A line that says that events are missing.
struct LossMark {
    var evidence: TraceLoss.Evidence
    var cpu: Int
    var count: Int?
    /// What stands before it: an instance, or a number of `grep -n`.
    var prefix: Range<Int>

    /// `CPU:1 [LOST 447 EVENTS]`, `CPU:1 [LOST EVENTS]`, `CPU:0 [301 EVENTS DROPPED]`, `CPU:0 [EVENTS DROPPED]`,
    /// `##### CPU 1 buffer started ####`.
    init?(_ line: Span<UInt8>) {
        var position = 0
        line.skipBlanks(&position)
        if line.skip("##### CPU ", &position) {
            guard let cpu = line.integer(&position), line.has(" buffer started", at: position) else { return nil }
            self.init(evidence: .bufferStarted, cpu: cpu, count: nil, prefix: 0..<0)
            return
        }
        let start = position
        if !line.has("CPU:", at: position) {
            guard let blank = line.find("CPU:", from: position),
                line.byte(line.trimmed(0, blank).upperBound - 1) == UInt8(ascii: ":")
            else { return nil }
            position = blank
        }
        let prefix = line.trimmed(start, position)
        position += "CPU:".utf8.count
        guard let cpu = line.integer(&position), line.skip(" [", &position) else { return nil }
        if line.skip("LOST ", &position) {
            let count = line.integer(&position)
            if count != nil, !line.skip(byte: " ", &position) { return nil }
            guard line.has("EVENTS]", at: position) else { return nil }
            self.init(evidence: .mark, cpu: cpu, count: count, prefix: prefix)
        } else {
            let count = line.integer(&position)
            if count != nil, !line.skip(byte: " ", &position) { return nil }
            guard line.has("EVENTS DROPPED]", at: position) else { return nil }
            self.init(evidence: .mark, cpu: cpu, count: count, prefix: prefix)
        }
    }

    private init(evidence: TraceLoss.Evidence, cpu: Int, count: Int?, prefix: Range<Int>) {
        self.evidence = evidence
        self.cpu = cpu
        self.count = count
        self.prefix = prefix
    }
}
