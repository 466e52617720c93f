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
        lastIsWanted = isWanted(index, bytes, function)
        if lastIsWanted { emit(line, bytes, head, function, index) }
    }

    /// The function's module and its caller.
    static func functionFields(_ bytes: Span<UInt8>, _ payload: Payload) -> [TraceField] {
        var fields: [TraceField] = []
        if !payload.module.isEmpty {
            fields.append(TraceField(name: "module", value: .text(bytes.text(payload.module))))
        }
        if let caller = caller(bytes, payload) {
            fields.append(TraceField(name: "parent_ip", value: .text(caller.location(bytes))))
        }
        return fields
    }

    /// `<-caller`, `<-- caller`, `parent_ip=caller`.
    private static func caller(_ bytes: Span<UInt8>, _ payload: Payload) -> Payload? {
        for mark: StaticString in ["<-- ", "<-", "parent_ip="] {
            guard let place = bytes.find(mark, from: payload.text) else { continue }
            var position = place + mark.utf8CodeUnitCount
            return Payload.function(bytes, &position)
        }
        return nil
    }

    /// Whether what the function's caller calls in modules is wanted.
    mutating func isCallerWanted(_ bytes: Span<UInt8>, _ payload: Payload) -> Bool {
        guard let caller = Self.caller(bytes, payload), caller.module.isEmpty else { return false }
        let index = names.index(bytes, caller.name, .function)
        return names.entries[index].isCaller
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
            emit(graph, .functionEntry, index, line, bytes, stack)
        case .leaf:
            if let stack, let depth = graph.depth { _ = stacks.leave(stack, depth: depth) }
            emit(graph, .functionEntry, names.index(bytes, graph.function.name, .function), line, bytes, stack)
            emit(graph, .functionReturn, names.index(bytes, graph.function.name, .functionReturn), line, bytes, stack)
        case .functionReturn:
            var entered: Int?
            if let stack, let depth = graph.depth { entered = stacks.leave(stack, depth: depth) }
            let index =
                if graph.function.name.isEmpty, let entered {
                    names.returnIndex(ofFunction: entered)
                } else {
                    names.index(bytes, graph.function.name, .functionReturn)
                }
            emit(graph, .functionReturn, index, line, bytes, stack)
        case .comment, .mark: break
        }
    }

    mutating func emit(
        _ graph: GraphLine, _ kind: TraceRecord.Kind, _ index: Int, _ line: ScannedLine, _ bytes: Span<UInt8>,
        _ stack: Int?
    ) {
        names.count(index)
        guard names.entries[index].isWanted || (kind == .functionEntry && isCallerWanted(graph, stack)) else { return }
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

    /// Whether what the caller of a module's function calls in modules is wanted; the caller stands on the level above.
    private func isCallerWanted(_ graph: GraphLine, _ stack: Int?) -> Bool {
        guard !graph.function.module.isEmpty, let stack, let depth = graph.depth else { return false }
        if depth == 0 { return isOutermostWanted }
        guard let caller = stacks.function(stack, depth: depth - 1) else { return false }
        return names.entries[caller].isCaller
    }
}
