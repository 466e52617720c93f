import ByteScan

/// Sorts the lines of a text trace, and makes records of the wanted ones.
struct TextTraceParser {
    private static let openLossLimit = 1024

    let source: Int
    let format: TextTraceFormat
    var names: NameTable
    var held = HeldRecords()
    var stacks = CallStacks()
    /// The task of each CPU, as the notes of function_graph say it.
    var tasks: [Int: TraceTask] = [:]
    var progress = TextTraceSummary()
    var above = Above.nothing
    /// Whether the last event is a held record.
    var lastIsWanted = false
    /// Blank lines since a message, which are its own if another line of it follows.
    var blankLines = 0
    /// The losses behind which no event of their CPU has come yet.
    var openLosses: [Int] = []
    /// Whether the lines are still those of the header.
    var isAtStart = true
    /// Whether functions of modules are wanted that no traced function calls.
    let isOutermostWanted: Bool

    /// What the line above was, as far as the next one may continue it.
    enum Above {
        case nothing
        /// A message, which may hold newlines.
        case message
        /// A stack, and the line of the held record that it belongs to.
        case stack(record: Int?)
    }

    init(source: Int, format: TextTraceFormat, wanted: @escaping (String) -> Bool, callers: @escaping (String) -> Bool)
    {
        self.source = source
        self.format = format
        names = NameTable(wanted: wanted, callers: callers)
        isOutermostWanted = callers("")
        progress.format = format
    }

    /// Whether there may be records to hand over.
    var hasRecords: Bool { !held.isEmpty }

    /// What was read.
    var summary: TextTraceSummary {
        var summary = progress
        summary.counts = names.counts
        summary.probes = names.probes
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

    /// Takes what a head says of the trace: what its stamps count, and when it goes on behind a loss.
    @inline(__always)
    mutating func note(_ head: LineHead) {
        if progress.clock == nil { progress.clock = head.clock }
        if !openLosses.isEmpty { settleLosses(head) }
    }

    mutating func settleLosses(_ head: LineHead) {
        openLosses.removeAll { index in
            let cpu = progress.losses[index].cpu
            guard cpu == nil || cpu == head.cpu else { return false }
            progress.losses[index].time = head.time
            return true
        }
        // A CPU that never speaks again keeps its losses open: not for ever.
        if openLosses.count > Self.openLossLimit { openLosses.removeFirst() }
    }

    func place(_ line: ScannedLine) -> TracePlace {
        TracePlace(source: source, line: line.number, offset: line.offset)
    }
}

// MARK: - Lines with a head

extension TextTraceParser {
    @inline(__always)
    mutating func takeHeaded(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard let head = LineHead.parse(bytes, format) else { return false }
        note(head)
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
    mutating func takeEvent(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead, _ payload: Payload, _ index: Int
    ) {
        names.count(index)
        lastIsWanted = isWanted(index, bytes, payload)
        above = names.entries[index].role == .message ? .message : .nothing
        blankLines = 0
        if lastIsWanted { emit(line, bytes, head, payload, index) }
    }

    /// What has a head but no name: stacks, and what perf says of itself.
    mutating func takeNameless(_ line: ScannedLine, _ bytes: Span<UInt8>, _ head: LineHead) -> Bool {
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
    mutating func takePerfRecord(
        _ line: ScannedLine, _ bytes: Span<UInt8>, _ start: Int, cpu: Int?
    ) -> Bool {
        var position = start
        guard format == .perfScript, bytes.skip("PERF_RECORD_", &position) else { return false }
        if bytes.has("LOST", at: position) {
            while bytes.byte(position).isWord { position += 1 }
            bytes.skipBlanks(&position)
            _ = bytes.skip("lost ", &position)
            lose(line, .mark, cpu: cpu, instance: nil, count: bytes.integer(&position))
        }
        above = .nothing
        lastIsWanted = false
        return true
    }

    /// An event that nobody asked for by its name may still be a probe on a wanted function. Probes are counted.
    @inline(__always)
    mutating func isWanted(_ index: Int, _ bytes: Span<UInt8>, _ payload: Payload) -> Bool {
        if payload.spelling == .function {
            return names.entries[index].isWanted || (!payload.module.isEmpty && isCallerWanted(bytes, payload))
        }
        guard bytes.byte(payload.text) == UInt8(ascii: "("), payload.spelling == .event,
            names.entries[index].role == .plain
        else { return names.entries[index].isWanted }
        return isProbeWanted(index, bytes, payload)
    }

    private mutating func isProbeWanted(_ index: Int, _ bytes: Span<UInt8>, _ payload: Payload) -> Bool {
        guard let place = ProbePlace(bytes, at: payload.text) else { return names.entries[index].isWanted }
        let function = place.symbol(bytes).map { names.index(bytes, $0, .function) }
        names.countProbe(index, function, place.point(bytes))
        return names.entries[index].isWanted
            || function.map { names.entries[$0].isWanted || place.isInModule(bytes) } ?? false
    }

    mutating func emit(
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

    mutating func hold(_ record: TraceRecord, _ line: ScannedLine) {
        if let instance = record.instance { progress.instances.insert(instance) }
        held.append(record, line: line.number)
    }

    func task(_ bytes: Span<UInt8>, _ head: LineHead) -> TraceTask? {
        if let pid = head.pid {
            return TraceTask(
                name: bytes.text(bytes.trimmed(head.comm.lowerBound, head.comm.upperBound)), pid: pid, group: head.group
            )
        }
        return head.cpu.flatMap { tasks[$0] }
    }
}
