import ByteScan

// Lines that are no events: headers, losses, stacks, the rest of messages, notes of the tools.

extension TextTraceParser {
    mutating func takeOther(_ line: ScannedLine, _ bytes: Span<UInt8>) {
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

    mutating func continueMessage(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        progress.continuations += 1
        if lastIsWanted {
            var text = bytes.text(0..<bytes.count)
            if format == .functionGraph, text.hasSuffix(" */") { text.removeLast(3) }
            held.continueLast(String(repeating: "\n", count: min(blankLines, 64)) + text, line: line.number)
        }
        blankLines = 0
    }

    mutating func unrecognise(_ line: ScannedLine) {
        progress.unrecognised += 1
        above = .nothing
        if progress.unrecognisedPlaces.count < TextTraceSummary.placeLimit {
            progress.unrecognisedPlaces.append(place(line))
        }
    }

    mutating func take(_ mark: LossMark, _ line: ScannedLine, _ bytes: Span<UInt8>) {
        var head = LineHead()
        head.prefix = mark.prefix
        lose(line, mark.evidence, cpu: mark.cpu, instance: head.instance(bytes), count: mark.count)
        above = .nothing
    }

    mutating func lose(
        _ line: ScannedLine, _ evidence: TraceLoss.Evidence, cpu: Int?, instance: String?, count: Int?
    ) {
        progress.losses.append(
            TraceLoss(
                place: place(line), instance: instance, cpu: cpu, time: nil, count: count, evidence: evidence))
        openLosses.append(progress.losses.count - 1)
        // A stack behind the gap is not of an event before it, and a return not of an entry before it.
        held.close(cpu: cpu, line: line.number)
        if format == .functionGraph, let cpu { stacks.forget(cpu) } else { stacks.forgetAll() }
    }

    /// The header, and where several traces follow one another, the next one's.
    mutating func takeComment(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
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
    mutating func takeStackLine(_ line: ScannedLine, _ bytes: Span<UInt8>, _ start: Int) -> Bool {
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
    mutating func isNote(_ bytes: Span<UInt8>, _ content: Range<Int>) -> Bool {
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
            if bytes.skip("cpus=", &position), let cpus = bytes.integer(&position) {
                if progress.header.cpus == nil { progress.header.cpus = cpus }
                return true
            }
            if bytes.skip("CPU ", &position), bytes.integer(&position) != nil, bytes.has(" is empty", at: position) {
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
    /// The function of a stack's line, without its offset: `do_one_initcall+0x46/0x1d0`, `init [livepatch_sample]`,
    /// `0xffffffffc04b624d`.
    fileprivate func functionOfStack(_ start: inout Int) -> String? {
        var position = start
        guard var function = Payload.function(self, &position) else { return nil }
        if byte(position) == UInt8(ascii: "+") {
            while position < count, !byte(position).isBlank { position += 1 }
            skipBlanks(&position)
            function.module = module(&position)
        }
        return function.location(self)
    }
}
