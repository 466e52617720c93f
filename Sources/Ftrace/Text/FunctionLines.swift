import ByteScan

// What the function tracers record.

extension TextTraceParser {
    mutating func takeFunction(
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
    static func functionFields(_ bytes: Span<UInt8>, _ payload: Payload) -> [TraceField] {
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
                fields.append(TraceField(name: "parent_ip", value: .text(parent.location(bytes))))
            }
        }
        return fields
    }

    /// `funcgraph_entry:` and `funcgraph_exit:` of trace-cmd.
    mutating func takeGraphEvent(
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
    mutating func takeGraph(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard let graph = GraphLine.parse(bytes) else { return false }
        note(graph.head)
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
    mutating func take(_ graph: GraphLine, _ line: ScannedLine, _ bytes: Span<UInt8>, stack: Int?) {
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

    mutating func emit(
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
