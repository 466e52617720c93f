import Testing

@testable import Ftrace

/// One run, written in several ways, is one run.
@Suite struct RenderingTests {
    @Test(arguments: ["", "-l", "-t", "-tsdiff", "-w", "-R"])
    func reportsOfOneTraceGiveTheSameEvents(_ rendering: String) throws {
        let plain = readTrace(try keptTrace("trace-cmd/events.txt"))
        let other = readTrace(try keptTrace("trace-cmd/events\(rendering).txt"))
        #expect(plain.records.count == 34)
        #expect(other.summary.counts == plain.summary.counts)
        #expect(other.records.map(\.essence) == plain.records.map(\.essence))
        #expect(other.records.map { $0.task?.pid } == plain.records.map { $0.task?.pid })
        #expect(other.records.map(\.cpu) == plain.records.map(\.cpu))
        // trace-cmd rounds to microseconds.
        let microseconds = { (record: TraceRecord) in record.time.map { ($0 + 500) / 1000 } }
        #expect(other.records.map(microseconds) == plain.records.map(microseconds))
        #expect(other.summary.unrecognised == 0)
        #expect(other.summary.header.cpus == 2)
    }

    @Test(arguments: ["-noirqinfo", "-tgid", "-verbose", "-nocontext"])
    func optionsOfTracefsDoNotChangeTheEvents(_ option: String) throws {
        let plain = readTrace(try keptTrace("tracefs/shadow.txt"))
        let other = readTrace(try keptTrace("tracefs/shadow\(option).txt"))
        #expect(plain.records.count == 72)
        #expect(other.records.map(\.essence) == plain.records.map(\.essence))
        // verbose adds the types of a system call's arguments.
        if option != "-verbose" { #expect(other.records.map(\.text) == plain.records.map(\.text)) }
        #expect(other.summary.unrecognised == 0)
        let shows = option != "-nocontext"
        #expect(other.records.map(\.time) == plain.records.map { shows ? $0.time : nil })
        #expect(other.records.map(\.task) == plain.records.map { shows ? $0.task : nil })
        #expect(other.records.map(\.cpu) == plain.records.map { shows ? $0.cpu : nil })
    }

    @Test func rawTracesShowWhoAndWhenButNoNames() throws {
        let plain = readTrace(try keptTrace("tracefs/shadow.txt"))
        let raw = readTrace(try keptTrace("tracefs/shadow-raw.txt"))
        #expect(raw.summary.format == .tracefsRaw)
        #expect(raw.records.map { $0.task?.pid } == plain.records.map { $0.task?.pid })
        #expect(raw.records.map(\.cpu) == plain.records.map(\.cpu))
        #expect(
            raw.records.map { $0.time.map { ($0 + 500) / 1000 } } == plain.records.map { $0.time.map { $0 / 1000 } })
        #expect(raw.records.first?["buf"] == .text("klp-verify: start test-shadow-vars"))
        #expect(raw.records.last?.name.hasPrefix("type: ") == true)
    }

    @Test func traceAndTracePipeOfOneRunHoldTheSameEventsOfEveryTask() throws {
        let trace = readTrace(try keptTrace("tracefs/callbacks.txt")) { $0 != "print" }
        let pipe = readTrace(try keptTrace("tracefs/callbacks-pipe.txt")) { $0 != "print" }
        #expect(trace.summary.header.tracer == "nop")
        #expect(pipe.summary.header == TextTraceHeader())
        #expect(trace.summary.records == 253)
        // Comms are looked up when a trace is read: a pipe is read earlier.
        let byTask = { (reading: TextReading) in
            Dictionary(grouping: reading.records) { $0.task?.pid }.mapValues { $0.map(\.essence) }
        }
        #expect(byTask(trace) == byTask(pipe))
    }

    @Test func aGraphWithAndWithoutItsColumnsHoldsTheSameCalls() throws {
        let full = readTrace(try keptTrace("tracefs/graph.txt"))
        let plain = readTrace(try keptTrace("tracefs/graph-default.txt"))
        #expect(full.records.count == plain.records.count)
        #expect(full.records.map(\.essence) == plain.records.map(\.essence))
        #expect(full.records.map(\.fields) == plain.records.map(\.fields))
        #expect(full.records.map { $0.task?.pid }.suffix(20) == plain.records.map { $0.task?.pid }.suffix(20))
        #expect(full.records.allSatisfy { $0.time != nil && !$0.name.isEmpty })
        #expect(plain.records.allSatisfy { $0.time == nil })
        #expect(full.summary.counts == plain.summary.counts)
    }

    static let everyTrace: [(String, TextTraceFormat, Int)] = [
        ("tracefs/shadow.txt", .tracefs, 72), ("tracefs/shadow-tgid.txt", .tracefs, 72),
        ("tracefs/shadow-noirqinfo.txt", .tracefs, 72), ("tracefs/shadow-verbose.txt", .tracefs, 72),
        ("tracefs/shadow-raw.txt", .tracefsRaw, 72), ("tracefs/shadow-nocontext.txt", .tracefsNoContext, 72),
        ("tracefs/callbacks.txt", .tracefs, 254), ("tracefs/callbacks-pipe.txt", .tracefs, 253),
        ("tracefs/graph.txt", .functionGraph, 86), ("tracefs/graph-default.txt", .functionGraph, 86),
        ("tracefs/graph-named.txt", .functionGraph, 5), ("tracefs/function.txt", .tracefs, 18),
        ("tracefs/newlines.txt", .tracefs, 4), ("trace-cmd/events.txt", .traceCmd, 34),
        ("trace-cmd/events-R.txt", .traceCmd, 34), ("trace-cmd/events-l.txt", .traceCmdLatency, 34),
        ("trace-cmd/stack.txt", .traceCmd, 20), ("trace-cmd/instances.txt", .traceCmd, 18),
        ("trace-cmd/fgraph.txt", .traceCmd, 19), ("trace-cmd/function.txt", .traceCmd, 11),
        ("lost/pipe.txt", .tracefs, 19), ("lost/overwritten.txt", .tracefs, 49), ("lost/report.txt", .traceCmd, 12),
        ("lost/grepped.txt", .traceCmd, 21),
    ]

    @Test(arguments: everyTrace)
    func everyLineIsUnderstoodAndEveryPlaceIsTrue(_ name: String, _ format: TextTraceFormat, _ events: Int) throws {
        let bytes = try keptTrace(name)
        let reading = readTrace(bytes)
        #expect(reading.summary.format == format)
        #expect(reading.summary.events == events)
        #expect(reading.summary.unrecognised == 0, "\(reading.summary.unrecognisedPlaces)")
        #expect(reading.summary.records == reading.records.count)
        #expect(reading.summary.bytes == bytes.count)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for record in reading.records {
            let line = try #require(record.place.line)
            #expect(record.place.source == 7)
            #expect(lines[line - 1].startIndex == record.place.offset)
            // What the record shows stands in this line.
            let text = String(decoding: lines[line - 1], as: UTF8.self)
            let shown = String(record.text?.prefix { $0 != "\n" } ?? "")
            #expect(shown.isEmpty || text.contains(shown))
        }
    }
}
