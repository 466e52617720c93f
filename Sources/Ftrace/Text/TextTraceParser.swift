import ByteScan

/// Sorts the lines of a text trace, and makes records of the wanted ones.
struct TextTraceParser {
    private let source: Int
    private let format: TextTraceFormat
    private var names: NameTable
    private var held = HeldRecords()
    private var stacks = CallStacks()
    /// The task of each CPU, as the notes of function_graph say it.
    private var tasks: [Int: TraceTask] = [:]
    private var progress = TextTraceSummary()
    private var above = Above.nothing
    /// Whether the last event is a held record.
    private var lastIsWanted = false
    /// Blank lines since a message, which are its own if another line of it follows.
    private var blankLines = 0
    /// Whether the lines are still those of the header.
    private var isAtStart = true

    /// What the line above was, as far as the next one may continue it.
    private enum Above {
        case nothing
        /// A message, which may hold newlines.
        case message
        /// A stack, and the line of the held record that it belongs to.
        case stack(record: Int?)
    }

    init(source: Int, format: TextTraceFormat, wanted: @escaping (String) -> Bool) {
        self.source = source
        self.format = format
        names = NameTable(wanted: wanted)
        progress.format = format
    }

    /// Whether there may be records to hand over.
    var hasRecords: Bool { !held.isEmpty }

    /// What was read.
    var summary: TextTraceSummary {
        var summary = progress
        summary.counts = names.counts
        return summary
    }

    mutating func drain(_ each: (TraceRecord) -> Void) {
        var count = 0
        held.drain {
            count += 1
            each($0)
        }
        progress.records += count
    }

    /// The trace has ended.
    mutating func finish() { held.closeAll() }

    /// Takes the next line.
    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        let isReturned = bytes.byte(bytes.count - 1) == 0x0D
        let bytes = isReturned ? bytes.extracting(0..<bytes.count - 1) : bytes
        let isTaken =
            switch format {
            case .functionGraph: takeGraph(line, bytes)
            case .tracefsNoContext: takeBare(line, bytes)
            case .tracefsRaw: takeRaw(line, bytes)
            default: takeHeaded(line, bytes)
            }
        if isTaken {
            progress.events += 1
            isAtStart = false
        } else {
            takeOther(line, bytes)
        }
    }

    private func place(_ line: ScannedLine) -> TracePlace {
        TracePlace(source: source, line: line.number, offset: line.offset)
    }
}

// MARK: - Lines with a head

extension TextTraceParser {
    @inline(__always)
    private mutating func takeHeaded(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard let head = LineHead.parse(bytes, format) else { return false }
        if progress.clock == nil { progress.clock = head.clock }
        guard let payload = Payload.parse(bytes, at: head.payload, format) else {
            return takeNameless(line, bytes, head)
        }
        let index = names.index(bytes, payload.name, payload.spelling)
        let role = names.entries[index].role
        if role != .stack, !held.isEmpty { held.close(cpu: head.cpu, line: line.number) }
        switch role {
        case .plain, .message:
            takeEvent(line, bytes, head, payload, index)
        case .function:
            takeFunction(line, bytes, head, payload)
        case .graphEntry, .graphReturn:
            takeGraphEvent(line, bytes, head, payload, role == .graphEntry)
        case .stack:
            names.count(index)
            above = .stack(record: names.entries[index].name == "kernel_stack" ? held.lastOpen(cpu: head.cpu) : nil)
        }
        return true
    }

    @inline(__always)
    private mutating func takeEvent(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead, _ payload: Payload, _ index: Int
    ) {
        names.count(index)
        lastIsWanted = isWanted(index, bytes, payload)
        above = names.entries[index].role == .message ? .message : .nothing
        blankLines = 0
        if lastIsWanted { emit(line, bytes, head, payload, index) }
    }

    /// What has a head but no name: stacks, and what perf says of itself.
    private mutating func takeNameless(_ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead) -> Bool {
        var position = head.payload
        bytes.skipBlanks(&position)
        if bytes.has("<stack trace", at: position) {
            above = .stack(record: held.lastOpen(cpu: head.cpu))
            return true
        }
        if bytes.has("<user stack trace", at: position) {
            above = .stack(record: nil)
            return true
        }
        return takePerfRecord(line, bytes, position, cpu: head.cpu)
    }

    /// `PERF_RECORD_LOST lost 12`, and other records of perf's own.
    private mutating func takePerfRecord(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ start: Int, cpu: Int?
    ) -> Bool {
        var position = start
        guard format == .perfScript, bytes.skip("PERF_RECORD_", &position) else { return false }
        if bytes.has("LOST", at: position) {
            while bytes.byte(position).isWord { position += 1 }
            bytes.skipBlanks(&position)
            _ = bytes.skip("lost ", &position)
            lose(line, .mark, cpu: cpu, instance: nil, count: bytes.number(&position))
        }
        above = .nothing
        lastIsWanted = false
        return true
    }

    /// An event that nobody asked for by its name may still be a probe on a wanted function.
    @inline(__always)
    private mutating func isWanted(_ index: Int, _ bytes: Span<UInt8>, _ payload: Payload) -> Bool {
        if names.entries[index].isWanted { return true }
        guard bytes.byte(payload.text) == UInt8(ascii: "("), payload.spelling == .event,
            let symbol = ProbePlace(bytes, at: payload.text)?.symbol(bytes)
        else { return false }
        let function = names.index(bytes, symbol, .function)
        return names.entries[function].isWanted
    }

    private mutating func emit(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead, _ payload: Payload, _ index: Int
    ) {
        let entry = names.entries[index]
        var record = TraceRecord(
            place: place(line), time: head.time, cpu: head.cpu, task: task(bytes, head), instance: head.instance(bytes),
            kind: .event, system: payload.system.isEmpty ? nil : bytes.text(payload.system), name: entry.name,
            fields: [],
            text: bytes.text(from: payload.text))
        if payload.spelling == .function {
            record.kind = .functionEntry
            record.fields = Self.functionFields(bytes, payload)
        } else {
            record.fields =
                EventFields(of: entry.name, in: bytes, at: payload.text, isAligned: format.alignsText).fields
        }
        hold(record, line)
    }

    private mutating func hold(_ record: TraceRecord, _ line: ScannedLine) {
        if let instance = record.instance { progress.instances.insert(instance) }
        held.append(record, line: line.number)
    }

    private func task(_ bytes: Span<UInt8>, _ head: LineHead) -> TraceTask? {
        if let pid = head.pid {
            return TraceTask(
                name: bytes.text(bytes.trimmed(head.comm.lowerBound, head.comm.upperBound)), pid: pid, group: head.group
            )
        }
        return head.cpu.flatMap { tasks[$0] }
    }
}

// MARK: - Functions

extension TextTraceParser {
    private mutating func takeFunction(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead, _ payload: Payload
    ) {
        above = .nothing
        guard let function = Payload.functionOfTraceCmd(bytes, at: payload.text) else { return unrecognise(line) }
        let index = names.index(bytes, function.name, .function)
        names.count(index)
        lastIsWanted = names.entries[index].isWanted
        if lastIsWanted { emit(line, bytes, head, function, index) }
    }

    /// `<-caller`, `<-- caller`, `parent_ip=caller`, and the function's module.
    private static func functionFields(_ bytes: Span<UInt8>, _ payload: Payload) -> [TraceField] {
        var fields: [TraceField] = []
        if !payload.module.isEmpty {
            fields.append(TraceField(name: "module", value: .text(bytes.text(payload.module))))
        }
        var caller: Int?
        for mark: StaticString in ["<-- ", "<-", "parent_ip="] where caller == nil {
            if let place = bytes.find(mark, from: payload.text) { caller = place + mark.utf8CodeUnitCount }
        }
        if let caller {
            var position = caller
            if let parent = Payload.function(bytes, &position) {
                fields.append(TraceField(name: "parent", value: .text(bytes.text(parent.name))))
            }
        }
        return fields
    }

    /// `funcgraph_entry:` and `funcgraph_exit:` of trace-cmd.
    private mutating func takeGraphEvent(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead, _ payload: Payload, _ isEntry: Bool
    ) {
        let parsed =
            GraphLine.parse(bytes, fieldsAt: payload.text, isEntry: isEntry)
            ?? GraphLine.parse(bytes, columnsAt: payload.text)
        guard var graph = parsed, graph.body != .comment else { return unrecognise(line) }
        graph.head = head
        take(graph, line, bytes, stack: head.pid)
    }

    /// A line of the function_graph tracer.
    private mutating func takeGraph(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard let graph = GraphLine.parse(bytes) else { return false }
        if progress.clock == nil { progress.clock = graph.head.clock }
        guard graph.body == .comment else {
            take(graph, line, bytes, stack: graph.head.cpu)
            return graph.body != .mark
        }
        // An event between the calls, or a text that somebody wrote between them.
        let inside = bytes.extracting(0..<graph.inside.upperBound)
        var head = graph.head
        head.payload = graph.inside.lowerBound
        if inside.has("<", at: head.payload) { return takeNameless(line, inside, head) }
        if !held.isEmpty { held.close(cpu: head.cpu, line: line.number) }
        if let payload = Payload.parse(inside, at: head.payload, format) {
            takeEvent(line, inside, head, payload, names.index(inside, payload.name, payload.spelling))
        } else {
            var payload = Payload()
            payload.text = head.payload
            takeEvent(line, inside, head, payload, names.index("print"))
        }
        return true
    }

    /// Entries and returns. The stack of calls is a CPU's or a task's.
    private mutating func take(_ graph: GraphLine, _ line: ScannedLine, _ bytes: Span<UInt8>, stack: Int?) {
        if !held.isEmpty { held.close(cpu: graph.head.cpu, line: line.number) }
        above = .nothing
        lastIsWanted = false
        switch graph.body {
        case .entry:
            let index = names.index(bytes, graph.function.name, .function)
            if let stack, let depth = graph.depth { stacks.enter(stack, depth: depth, index) }
            emit(graph, .functionEntry, index, line, bytes)
        case .leaf:
            if let stack, let depth = graph.depth { _ = stacks.leave(stack, depth: depth) }
            emit(graph, .functionEntry, names.index(bytes, graph.function.name, .function), line, bytes)
            emit(graph, .functionReturn, names.index(bytes, graph.function.name, .functionReturn), line, bytes)
        case .functionReturn:
            var entered: Int?
            if let stack, let depth = graph.depth { entered = stacks.leave(stack, depth: depth) }
            if graph.function.name.isEmpty, let entered {
                emit(graph, .functionReturn, names.returnIndex(ofFunction: entered), line, bytes)
            } else {
                emit(graph, .functionReturn, names.index(bytes, graph.function.name, .functionReturn), line, bytes)
            }
        case .comment, .mark: break
        }
    }

    private mutating func emit(
        _ graph: GraphLine, _ kind: TraceRecord.Kind, _ index: Int, _ line: ScannedLine, _ bytes: Span<UInt8>
    ) {
        names.count(index)
        guard names.entries[index].isWanted else { return }
        let head = graph.head
        var record = TraceRecord(
            place: place(line), time: head.time, cpu: head.cpu, task: task(bytes, head), instance: head.instance(bytes),
            kind: kind, system: nil, name: names.entries[index].name, fields: graph.fields(bytes, kind),
            text: bytes.text(graph.text))
        if graph.body == .leaf, kind == .functionReturn, let time = head.time, let duration = graph.duration {
            record.time = time.addingReportingOverflow(duration).partialValue
        }
        lastIsWanted = true
        hold(record, line)
    }
}

// MARK: - Lines without task and time

extension TextTraceParser {
    private mutating func takeBare(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        if bytes.has("<", at: 0) { return takeNameless(line, bytes, LineHead()) }
        guard bytes.byte(0).isSymbol, let payload = Payload.parse(bytes, at: 0, format) else { return false }
        if !held.isEmpty { held.closeAll() }
        takeEvent(line, bytes, LineHead(), payload, names.index(bytes, payload.name, payload.spelling))
        return true
    }

    /// `type: 1399`, whose name only the kernel knows; `# ffffffff857c36bd text`, what was written to trace_marker.
    private mutating func takeRaw(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard let head = LineHead.raw(bytes) else { return false }
        if progress.clock == nil { progress.clock = head.clock }
        if !held.isEmpty { held.close(cpu: head.cpu, line: line.number) }
        var position = head.payload + 1
        var payload = Payload()
        if bytes.skip("# ", &position) {
            if bytes.hexadecimal(&position) != nil, bytes.byte(position) == 0x20 { position += 1 }
            payload.text = position
            takeEvent(line, bytes, head, payload, names.index("print"))
        } else {
            let end = bytes.trimmed(position, bytes.count).upperBound
            payload.text = end
            let isNumbered = bytes.has("type: ", at: position)
            takeEvent(line, bytes, head, payload, names.index(bytes, isNumbered ? position..<end : 0..<0, .event))
        }
        return true
    }
}

// MARK: - Other lines

extension TextTraceParser {
    private mutating func takeOther(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        let content = bytes.trimmed(0, bytes.count)
        if content.isEmpty {
            if case .message = above { blankLines += 1 } else { above = .nothing }
        } else if let mark = LossMark(bytes) {
            take(mark, line, bytes)
        } else if bytes.byte(content.lowerBound) == UInt8(ascii: "#"), takeComment(line, bytes) {
            return
        } else if takePerfRecord(line, bytes, content.lowerBound, cpu: nil) {
            return
        } else if takeStackLine(line, bytes, content.lowerBound) || isNote(bytes, content) {
            return
        } else if case .message = above {
            continueMessage(line, bytes)
        } else {
            unrecognise(line)
        }
        if !held.isEmpty { held.tick(line: line.number) }
    }

    private mutating func continueMessage(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        progress.continuations += 1
        if lastIsWanted {
            var text = bytes.text(0..<bytes.count)
            if format == .functionGraph, text.hasSuffix(" */") { text.removeLast(3) }
            held.continueLast(String(repeating: "\n", count: min(blankLines, 64)) + text, line: line.number)
        }
        blankLines = 0
    }

    private mutating func unrecognise(_ line: ScannedLine) {
        progress.unrecognised += 1
        above = .nothing
        if progress.unrecognisedPlaces.count < TextTraceSummary.placeLimit {
            progress.unrecognisedPlaces.append(place(line))
        }
    }

    private mutating func take(_ mark: LossMark, _ line: ScannedLine, _ bytes: Span<UInt8>) {
        var head = LineHead()
        head.prefix = mark.prefix
        lose(line, mark.evidence, cpu: mark.cpu, instance: head.instance(bytes), count: mark.count)
        above = .nothing
    }

    private mutating func lose(
        _ line: ScannedLine, _ evidence: TraceLoss.Evidence, cpu: Int?, instance: String?, count: Int?
    ) {
        progress.losses.append(
            TraceLoss(place: place(line), evidence: evidence, cpu: cpu, instance: instance, count: count))
        // A stack behind the gap is not of an event before it, and a return not of an entry before it.
        held.close(cpu: cpu, line: line.number)
        if format == .functionGraph, let cpu { stacks.forget(cpu) } else { stacks.forgetAll() }
    }

    /// The header, and where several traces follow one another, the next one's.
    private mutating func takeComment(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard isAtStart || bytes.has("# tracer: ", at: 0) else {
            if case .message = above { return false }
            return true
        }
        if !isAtStart {
            isAtStart = true
            above = .nothing
            stacks.forgetAll()
            tasks.removeAll()
        }
        let isFirst = progress.events == 0
        var header = isFirst ? progress.header : TextTraceHeader()
        header.take(bytes)
        if let missing = header.missing(bytes) {
            lose(line, .overwritten, cpu: nil, instance: nil, count: missing)
        }
        if isFirst { progress.header = header }
        return true
    }

    /// ` => function`, `=> function (ffffffff8cd3fe91)`; perf: `\tffffffff8cd3fe91 function+0x1 ([kernel.kallsyms])`.
    private mutating func takeStackLine(_ line: ScannedLine, _ bytes: Span<UInt8>, _ start: Int) -> Bool {
        var position = start
        if format == .perfScript {
            guard start > 0, bytes.hexadecimal(&position) != nil, bytes.skipBlanks(&position) > 0 else { return false }
            if lastIsWanted, let record = held.last, let function = bytes.functionOfStack(&position) {
                held.addToStack(record, function, line: line.number)
            }
            return true
        }
        guard case .stack(let record) = above, bytes.skip("=>", &position) else { return false }
        bytes.skipBlanks(&position)
        if let record, let function = bytes.functionOfStack(&position) {
            held.addToStack(record, function, line: line.number)
        }
        return true
    }

    /// What the tools write of themselves.
    private mutating func isNote(_ bytes: Span<UInt8>, _ content: Range<Int>) -> Bool {
        let start = content.lowerBound
        switch format {
        case .functionGraph:
            if let change = GraphSwitch(bytes) {
                if tasks.count >= 1 << 16 { tasks.removeAll() }
                tasks[change.cpu] = TraceTask(name: bytes.text(change.comm), pid: change.pid)
                return true
            }
            return bytes.has("------", at: start) || bytes.has("*/", at: start) || GraphLine.parse(bytes)?.body == .mark
        case .traceCmd, .traceCmdLatency:
            // Of several files each line begins with the file's name.
            var position = bytes.find("cpus=", from: start) ?? bytes.find("CPU ", from: start) ?? start
            if bytes.skip("cpus=", &position), let cpus = bytes.number(&position) {
                if progress.header.cpus == nil { progress.header.cpus = cpus }
                return true
            }
            if bytes.skip("CPU ", &position), bytes.number(&position) != nil, bytes.has(" is empty", at: position) {
                return true
            }
            return bytes.has("Average wakeup latency: ", at: start) || bytes.has("Maximum Latency: ", at: start)
                || bytes.has("Minimum Latency: ", at: start) || bytes.has("RT task timings:", at: start)
        case .tracefs, .tracefsLatency, .tracefsLatencyVerbose, .tracefsNoContext, .tracefsRaw, .perfScript:
            return false
        }
    }
}

extension Span where Element == UInt8 {
    /// The function of a stack's line: `do_one_initcall`, `do_one_initcall+0x46/0x1d0`, `0xffffffffc04b624d`.
    fileprivate func functionOfStack(_ position: inout Int) -> String? {
        let start = position
        while byte(position).isSymbol { position += 1 }
        return position > start ? text(start..<position) : nil
    }
}
