/// What stands before the event in a line: who, where, when.
///
/// Nothing is copied: names are ranges of the line.
struct LineHead {
    /// The column of the comm, blanks included; empty if the format shows none.
    var comm = 0..<0
    /// nil if the format shows no task.
    var pid: Int?
    var group: Int?
    var cpu: Int?
    /// In nanoseconds.
    var time: Int64?
    var clock: TextTraceClock?
    /// What stands before the comm's column, blanks included.
    var prefix = 0..<0
    /// Where the event begins.
    var payload = 0
    /// The comm and the pid are parted by a blank, as perf does it.
    var isPerf = false

    /// The width of the comm's column; a comm has at most 15 bytes.
    private static let commWidth = 16
    /// The same in the latency format, which cuts comms.
    private static let shortCommWidth = 8
    /// Heads of the verbose latency format are shorter.
    private static let furthestBracket = 128

    /// Reads the head of a line in a format.
    @inline(__always)
    static func parse(_ line: Span<UInt8>, _ format: TextTraceFormat) -> LineHead? {
        switch format {
        case .tracefs, .traceCmd: bracketed(line).flatMap { $0.isPerf ? nil : $0 }
        case .perfScript: bracketed(line).flatMap { $0.isPerf ? $0 : nil }
        case .tracefsLatency, .traceCmdLatency: latency(line)
        case .tracefsLatencyVerbose: latencyVerbose(line)
        case .tracefsRaw: raw(line)
        case .tracefsNoContext, .functionGraph: nil
        }
    }
}

// MARK: - comm-pid [cpu] flags time:

extension LineHead {
    /// `bash-102 (tgid) [001] d..1.   118.151857: `, `bash 102/103 [001]   118.151857: `.
    ///
    /// A comm may hold anything, also what looks like a head: a comm that fills its column counts, else the first `[` that has
    /// a task before it and a stamp behind it.
    static func bracketed(_ line: Span<UInt8>) -> LineHead? {
        if let head = unshifted(line) { return head }
        var search = 0
        var first: LineHead?
        while let open = line.find(byte: "[", from: search) {
            search = open + 1
            var position = open + 1
            guard let cpu = line.integer(&position), position - open > 3, line.skip(byte: "]", &position) else {
                continue
            }
            var head = LineHead()
            guard head.takeTask(line, endingAt: open), head.takeFlagsAndTime(line, &position) else { continue }
            head.cpu = cpu
            head.payload = position
            if head.comm.upperBound == commWidth { return head }
            if first == nil { first = head }
        }
        return first
    }

    /// The head of a line of tracefs as the kernel wrote it, without a thread group: most lines of most traces.
    @inline(__always)
    private static func unshifted(_ line: Span<UInt8>) -> LineHead? {
        var position = commWidth
        guard line.skip(byte: "-", &position), let pid = line.integer(&position), line.skipBlanks(&position) > 0,
            line.skip(byte: "[", &position)
        else { return nil }
        let start = position
        guard let cpu = line.integer(&position), position - start >= 3, line.skip(byte: "]", &position) else {
            return nil
        }
        var head = LineHead()
        guard head.takeFlagsAndTime(line, &position) else { return nil }
        head.comm = 0..<commWidth
        head.pid = pid
        head.cpu = cpu
        head.payload = position
        return head
    }

    private mutating func takeTask(_ line: Span<UInt8>, endingAt end: Int) -> Bool {
        var position = end
        guard line.skipBlanksBack(&position) > 0 else { return false }
        if line.byte(position - 1) == UInt8(ascii: ")"), !takeGroup(line, &position) { return false }
        guard let pid = line.integerBack(&position) else { return false }
        self.pid = pid
        switch line.byte(position - 1) {
        case UInt8(ascii: "-"):
            position -= 1
        case UInt8(ascii: "/"):
            position -= 1
            guard let group = line.integerBack(&position), line.skipBlanksBack(&position) > 0 else { return false }
            self.group = group
            isPerf = true
        default:
            guard group == nil, line.skipBlanksBack(&position) > 0 else { return false }
            isPerf = true
        }
        takeComm(line, endingAt: position, width: Self.commWidth)
        return true
    }

    /// `(   1234)` or, if the kernel does not know it, `(-------)`.
    private mutating func takeGroup(_ line: Span<UInt8>, _ position: inout Int) -> Bool {
        position -= 1
        if line.byte(position - 1) == UInt8(ascii: "-") {
            while line.byte(position - 1) == UInt8(ascii: "-") { position -= 1 }
        } else {
            group = line.integerBack(&position)
            line.skipBlanksBack(&position)
        }
        guard line.byte(position - 1) == UInt8(ascii: "(") else { return false }
        position -= 1
        return line.skipBlanksBack(&position) > 0
    }

    /// The comm fills its column from the right. What stands before the column is no part of it.
    private mutating func takeComm(_ line: Span<UInt8>, endingAt end: Int, width: Int) {
        let start = max(0, end - width)
        comm = start..<end
        prefix = 0..<start
    }

    /// Flags may be missing; the stamp must be there.
    @inline(__always)
    private mutating func takeFlagsAndTime(_ line: Span<UInt8>, _ position: inout Int) -> Bool {
        line.skipBlanks(&position)
        let start = position
        if takeTime(line, &position) { return true }
        position = start
        while line.byte(position).isFlag { position += 1 }
        guard position - start >= 4, line.skipBlanks(&position) > 0 else { return false }
        return takeTime(line, &position)
    }

    /// `118.151857:`, `118.151857426:`, `118151857426:`, `12us+:`. Behind it stands a blank, or nothing.
    @inline(__always)
    private mutating func takeTime(_ line: Span<UInt8>, _ position: inout Int) -> Bool {
        guard let whole = line.integer(&position) else { return false }
        if line.skip(byte: ".", &position) {
            let start = position
            guard let fraction = line.integer(&position), position - start <= 9 else { return false }
            let decimals = position - start
            let (nanoseconds, overflow) = Int64(whole).multipliedReportingOverflow(by: 1_000_000_000)
            guard !overflow else { return false }
            var scaled = Int64(fraction)
            for _ in decimals..<9 { scaled *= 10 }
            time = nanoseconds.addingReportingOverflow(scaled).partialValue
            clock = .seconds(decimals: decimals)
        } else if line.skip("us", &position) {
            let (nanoseconds, overflow) = Int64(whole).multipliedReportingOverflow(by: 1000)
            guard !overflow else { return false }
            time = nanoseconds
            clock = .microseconds
            // How long it took to the next event: ` `, `+`, `!`, `#`, `*`, `@`, `$`.
            if line.byte(position) != UInt8(ascii: ":") { position += 1 }
        } else {
            time = Int64(whole)
            clock = .raw
        }
        guard line.skip(byte: ":", &position) else { return false }
        return line.byte(position).isBlank || position >= line.count
    }
}

// MARK: - Other heads

extension LineHead {
    /// `bash-102     1d..1.   118.151857: `, `bash-102       1d..1.   12us+: `.
    static func latency(_ line: Span<UInt8>) -> LineHead? {
        var search = 0
        var first: LineHead?
        while let dash = line.find(byte: "-", from: search) {
            search = dash + 1
            var position = dash + 1
            var head = LineHead()
            guard let pid = line.integer(&position), line.skipBlanks(&position) > 0, let cpu = line.integer(&position)
            else { continue }
            // A raw stamp may follow the flags without a blank: five are read, as kernels since linux-5.14 write them.
            let flags = position
            while line.byte(position).isFlag, position - flags < 5 { position += 1 }
            guard position - flags >= 4 else { continue }
            line.skipBlanks(&position)
            guard head.takeTime(line, &position) else { continue }
            head.pid = pid
            head.cpu = cpu
            head.takeComm(line, endingAt: dash, width: Self.shortCommWidth)
            head.payload = position
            if dash == shortCommWidth { return head }
            if first == nil { first = head }
        }
        return first
    }

    /// `bash     102   1 1 00000001 0000000f [0000abcd] 12.345ms (+0.012ms): `. The bracket holds microseconds.
    static func latencyVerbose(_ line: Span<UInt8>) -> LineHead? {
        var search = 0
        while let open = line.find(byte: "[", from: search), open < furthestBracket {
            search = open + 1
            var position = open + 1
            guard let stamp = line.hexadecimal(&position), line.skip(byte: "]", &position) else { continue }
            guard let delta = line.find("ms (+", from: position), let end = line.find("): ", from: delta) else {
                return nil
            }
            var head = LineHead()
            position = open
            // The entry's number, the preempt count, the flags: hexadecimal, hexadecimal, decimal.
            for _ in 0..<3 { line.skipWordBack(&position) }
            line.skipBlanksBack(&position)
            guard let cpu = line.integerBack(&position), line.skipBlanksBack(&position) > 0,
                let pid = line.integerBack(&position), line.skipBlanksBack(&position) > 0
            else { continue }
            head.cpu = cpu
            head.pid = pid
            head.time = stamp.multipliedReportingOverflow(by: 1000).partialValue
            head.clock = .raw
            head.takeComm(line, endingAt: position, width: Self.commWidth)
            head.payload = end + 2
            return head
        }
        return nil
    }

    /// `102 1 118151857426 `: pid, CPU, stamp.
    static func raw(_ line: Span<UInt8>) -> LineHead? {
        var position = 0
        guard let pid = line.integer(&position), line.skip(byte: " ", &position), let cpu = line.integer(&position),
            line.skip(byte: " ", &position), let stamp = line.integer(&position), line.byte(position).isBlank
        else { return nil }
        var head = LineHead()
        head.pid = pid
        head.cpu = cpu
        head.time = Int64(stamp)
        head.clock = .raw
        head.payload = position
        return head
    }

    /// The instance that a head's prefix names. `grep -n` writes numbers there.
    func instance(_ line: Span<UInt8>) -> String? {
        let prefix = line.trimmed(self.prefix.lowerBound, self.prefix.upperBound)
        guard !prefix.isEmpty, line.byte(prefix.upperBound - 1) == UInt8(ascii: ":") else { return nil }
        let name = prefix.lowerBound..<prefix.upperBound - 1
        return name.isEmpty || name.allSatisfy { line.byte($0).isDigit } ? nil : line.text(name)
    }
}

extension Span where Element == UInt8 {
    /// Moves back over blanks and the word before them.
    fileprivate func skipWordBack(_ position: inout Int) {
        skipBlanksBack(&position)
        while position > 0, !byte(position - 1).isBlank { position -= 1 }
    }
}

extension UInt8 {
    /// What the columns of irqs-off, need-resched, hardirq/softirq, preempt-depth and migrate-disable hold.
    @inline(__always)
    var isFlag: Bool {
        switch self {
        case UInt8(ascii: "."), 0x30...0x39, 0x61...0x66: true
        case UInt8(ascii: "X"), UInt8(ascii: "D"), UInt8(ascii: "B"), UInt8(ascii: "N"), UInt8(ascii: "n"),
            UInt8(ascii: "p"), UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "H"), UInt8(ascii: "h"),
            UInt8(ascii: "Z"), UInt8(ascii: "z"), UInt8(ascii: "S"), UInt8(ascii: "s"):
            true
        default: false
        }
    }
}
