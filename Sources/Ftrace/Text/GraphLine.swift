/// A line of the function_graph tracer, and what trace-cmd makes of its events.
///
///       140.840647 |   0)    bash-691    |  d..1. | ! 106.258 us  |    klp_copy_process();
///     time            cpu    task           flags     duration        body, two blanks a level
struct GraphLine {
    /// What a line says about a function.
    enum Body {
        /// `f() {`
        case entry
        /// `f();`
        case leaf
        /// `}`, `} /* f */`
        case functionReturn
        /// `/* event: text */`
        case comment
        /// An arrow for an interrupt.
        case mark
    }

    var body = Body.mark
    /// The function, as far as the line names it.
    var function = Payload()
    /// CPU, task and time, as far as the line shows them.
    var head = LineHead()
    /// In nanoseconds; of leaves and returns.
    var duration: Int64?
    /// How many functions it was called through; nil if it is above what the kernel follows.
    var depth: Int?
    /// The returned value, since linux-6.5.
    var returned: Range<Int> = 0..<0
    /// What stands between the parentheses of a call, or within a comment.
    var inside = 0..<0
    /// From the body's first byte to its last.
    var text = 0..<0

    /// The kernel follows 50 levels.
    static let deepest = 64

    /// Reads a line of tracefs.
    static func parse(_ line: Span<UInt8>) -> GraphLine? {
        var graph = GraphLine()
        var position = 0
        graph.takeTime(line, &position)
        line.skipBlanks(&position)
        guard let cpu = line.integer(&position), line.skip(byte: ")", &position) else { return nil }
        graph.head.cpu = cpu
        graph.takeTime(line, &position)
        return graph.takeColumns(line, position) ? graph : nil
    }

    /// Reads what trace-cmd writes behind `funcgraph_entry:` and `funcgraph_exit:`.
    static func parse(_ line: Span<UInt8>, columnsAt start: Int) -> GraphLine? {
        var graph = GraphLine()
        return graph.takeColumns(line, start) ? graph : nil
    }

    /// Reads ` func=f depth=0 overrun=0 calltime=4cdc1b8c4c rettime=4cdc1f857a` of `trace-cmd report -R`, and without plugins
    /// `--> f (0)`, `<-- f (0) (start: ...`.
    static func parse(_ line: Span<UInt8>, fieldsAt start: Int, isEntry: Bool) -> GraphLine? {
        var position = start
        line.skipBlanks(&position)
        var graph = GraphLine()
        graph.text = line.trimmed(position, line.count)
        guard line.skip("func=", &position) || line.skip("--> ", &position) || line.skip("<-- ", &position),
            let function = Payload.function(line, &position)
        else { return nil }
        line.skipBlanks(&position)
        if line.skip("depth=", &position) || line.skip(byte: "(", &position), let depth = line.integer(&position) {
            graph.depth = depth < deepest ? depth : nil
        }
        graph.function = function
        graph.body = isEntry ? .entry : .functionReturn
        if let begin = line.number16("calltime=", from: position), let end = line.number16("rettime=", from: position) {
            graph.duration = end.subtractingReportingOverflow(begin).partialValue
        }
        return graph
    }

    /// What a record of this line says, beside the function.
    func fields(_ line: Span<UInt8>, _ kind: TraceRecord.Kind) -> [TraceField] {
        var fields: [TraceField] = []
        if !function.module.isEmpty {
            fields.append(TraceField(name: "module", value: .text(line.text(function.module))))
        }
        if let depth { fields.append(TraceField(name: "depth", value: .number(Int64(depth)))) }
        guard kind == .functionReturn else { return fields }
        if let duration { fields.append(TraceField(name: "duration", value: .number(duration))) }
        if !returned.isEmpty {
            let value = line.wholeNumber(returned).map(TraceField.Value.number) ?? .text(line.text(returned))
            fields.append(TraceField(name: "retval", value: value))
        }
        return fields
    }

    /// `140.840647 |`
    private mutating func takeTime(_ line: Span<UInt8>, _ position: inout Int) {
        var next = position
        line.skipBlanks(&next)
        guard let seconds = line.integer(&next), line.skip(byte: ".", &next) else { return }
        let start = next
        guard let fraction = line.integer(&next), next - start == 6, line.skipBlanks(&next) > 0,
            line.skip(byte: "|", &next),
            seconds < 1 << 33
        else { return }
        head.clock = .seconds(decimals: 6)
        head.time = Int64(seconds) * 1_000_000_000 + Int64(fraction) * 1000
        position = next
    }

    /// Columns end with `|`. The one of the duration is the last; without it what is left is the body.
    private mutating func takeColumns(_ line: Span<UInt8>, _ start: Int) -> Bool {
        var position = start
        while let bar = line.find(byte: "|", from: position) {
            let column = line.trimmed(position, bar)
            if column.isEmpty { return takeBody(line, bar + 1) }
            if let duration = line.duration(column) {
                self.duration = duration
                return takeBody(line, bar + 1)
            }
            guard takeTask(line, column) || line.isArrow(column) || line.isFlags(column) else { break }
            position = bar + 1
        }
        return takeBody(line, position)
    }

    private mutating func takeTask(_ line: Span<UInt8>, _ column: Range<Int>) -> Bool {
        var position = column.upperBound
        guard let pid = line.integerBack(&position), position > column.lowerBound,
            line.byte(position - 1) == UInt8(ascii: "-")
        else { return false }
        head.pid = pid
        head.comm = column.lowerBound..<position - 1
        return true
    }

    private mutating func takeBody(_ line: Span<UInt8>, _ start: Int) -> Bool {
        var position = start
        let blanks = line.skipBlanks(&position)
        let level = max(0, blanks - 2) / 2
        depth = level < Self.deepest ? level : nil
        text = line.trimmed(position, line.count)
        guard position < line.count else { return true }
        if line.isArrow(line.trimmed(position, line.count)) { return true }
        if line.skip("/* ", &position) {
            body = .comment
            inside =
                position..<(line.findLast("*/", from: position).map { line.trimmed(position, $0).upperBound }
                ?? line.count)
            return true
        }
        if line.skip(byte: "}", &position) { return takeReturn(line, position) }
        return takeCall(line, position)
    }

    /// `} /* f */`, `} /* f = 0x0 */`, `} /* f ret=0x0 */`, `} /* = 0x0 */`.
    private mutating func takeReturn(_ line: Span<UInt8>, _ start: Int) -> Bool {
        body = .functionReturn
        function.spelling = .functionReturn
        var position = start
        line.skipBlanks(&position)
        guard line.skip("/* ", &position) else { return true }
        if !line.has("= ", at: position), !line.has("ret=", at: position),
            let named = Payload.function(line, &position)
        {
            function = named
            function.spelling = .functionReturn
            line.skipBlanks(&position)
        }
        takeReturned(line, position)
        return true
    }

    /// `f() {`, `f();`, `f [module]();`, `f(patch=0xff...); /* = 0x0 */`.
    private mutating func takeCall(_ line: Span<UInt8>, _ start: Int) -> Bool {
        var position = start
        guard let named = Payload.function(line, &position), line.skip(byte: "(", &position) else { return false }
        function = named
        let end = line.trimmed(position, line.count).upperBound
        if line.byte(end - 1) == UInt8(ascii: "{"), let close = line.findLast(")", from: position) {
            body = .entry
            inside = position..<close
            return true
        }
        guard let close = line.findLast(");", from: position) else { return false }
        body = .leaf
        inside = position..<close
        position = close + 2
        line.skipBlanks(&position)
        if line.skip("/* ", &position) { takeReturned(line, position) }
        return true
    }

    private mutating func takeReturned(_ line: Span<UInt8>, _ start: Int) {
        var position = start
        guard line.skip("= ", &position) || line.skip("ret=", &position) else { return }
        let value = position
        while position < line.count, !line.byte(position).isBlank { position += 1 }
        returned = value..<position
    }
}

/// The note of the function_graph tracer that a CPU turned to another task.
///
///      1)    bash-102    =>    bash-584
struct GraphSwitch {
    var cpu: Int
    var comm: Range<Int>
    var pid: Int

    init?(_ line: Span<UInt8>) {
        var position = 0
        line.skipBlanks(&position)
        guard let cpu = line.integer(&position), line.skip(byte: ")", &position),
            let arrow = line.find(" => ", from: position)
        else { return nil }
        let task = line.trimmed(arrow + 4, line.count)
        var end = task.upperBound
        guard let pid = line.integerBack(&end), end > task.lowerBound, line.byte(end - 1) == UInt8(ascii: "-") else {
            return nil
        }
        self.cpu = cpu
        self.pid = pid
        comm = task.lowerBound..<end - 1
    }
}

extension Span where Element == UInt8 {
    /// `! 106.258 us`, with the mark for long ones or without; in nanoseconds.
    func duration(_ column: Range<Int>) -> Int64? {
        var position = column.lowerBound
        if !byte(position).isDigit {
            position += 1
            skipBlanks(&position)
        }
        guard let whole = integer(&position), whole < 1 << 50 else { return nil }
        var nanoseconds = Int64(whole) * 1000
        if skip(byte: ".", &position) {
            var scale: Int64 = 100
            while byte(position).isDigit {
                nanoseconds += Int64(byte(position) - 0x30) * scale
                scale /= 10
                position += 1
            }
        }
        guard skipBlanks(&position) > 0, skip("us", &position), position == column.upperBound else { return nil }
        return nanoseconds
    }

    /// The hexadecimal number behind a text.
    fileprivate func number16(_ key: StaticString, from start: Int) -> Int64? {
        guard var position = find(key, from: start) else { return nil }
        position += key.utf8CodeUnitCount
        return hexadecimal(&position)
    }

    /// `==========>`, `<==========`: an interrupt begins or ends.
    fileprivate func isArrow(_ column: Range<Int>) -> Bool {
        column.count > 3
            && column.allSatisfy { [UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">")].contains(self[$0]) }
    }

    fileprivate func isFlags(_ column: Range<Int>) -> Bool {
        (4...8).contains(column.count) && column.allSatisfy { self[$0].isFlag }
    }
}
