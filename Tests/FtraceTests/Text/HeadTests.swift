import Testing

@testable import Ftrace

/// Who, where and when, as the formats write it.
@Suite struct HeadTests {
    static let heads: [(String, TextTraceFormat, TraceTask?, Int?, Int64?)] = [
        (
            "            bash-102     [001] d..1.   118.151857: e: x=1", .tracefs, TraceTask(name: "bash", pid: 102), 1,
            118_151_857_000
        ),
        (
            "            bash-102     [001]   118.151857: e: x=1", .tracefs, TraceTask(name: "bash", pid: 102), 1,
            118_151_857_000
        ),
        (
            "            bash-103     (    102) [010] d..1.   118.151857: e: x=1", .tracefs,
            TraceTask(name: "bash", pid: 103, group: 102), 10, 118_151_857_000
        ),
        (
            "            bash-103     (-------) [010] .....   118.151857: e: x=1", .tracefs,
            TraceTask(name: "bash", pid: 103), 10, 118_151_857_000
        ),
        // linux-5.10 has four flags; a clock that counts something else shows a bare number.
        (
            "           <...>-12345   [127] dN.2 83981: e: x=1", .tracefs, TraceTask(name: "<...>", pid: 12345), 127,
            83981
        ),
        ("bash-102 [001] d..1. 118.151857: e: x=1", .tracefs, TraceTask(name: "bash", pid: 102), 1, 118_151_857_000),
        (
            "     a-1 [000] 1:-102     [001] d..1.   118.151857: e: x=1", .tracefs,
            TraceTask(name: "a-1 [000] 1:", pid: 102), 1, 118_151_857_000
        ),
        (
            "  x-1 [000] 1: y-102     [001] d..1.   118.151857: e: x=1", .tracefs,
            TraceTask(name: "x-1 [000] 1: y", pid: 102), 1, 118_151_857_000
        ),
        (
            "        modprobe-1277  [000]411601037860: e:                    x=1", .traceCmd,
            TraceTask(name: "modprobe", pid: 1277), 0, 411_601_037_860
        ),
        (
            "modprobe-1277    0.....411603289860: e:                    x=1", .traceCmdLatency,
            TraceTask(name: "modprobe", pid: 1277), 0, 411_603_289_860
        ),
        (
            " dirname-114     1dN.2.    17.453289: e:                    x=1", .traceCmdLatency,
            TraceTask(name: "dirname", pid: 114), 1, 17_453_289_000
        ),
        (
            "    bash-102       1d..1.    12us+: e: x=1", .tracefsLatency, TraceTask(name: "bash", pid: 102), 1, 12000
        ),
        (
            "            bash     102   1 1 00000001 0000000f [0000abcd] 12.345ms (+0.012ms): e: x=1",
            .tracefsLatencyVerbose, TraceTask(name: "bash", pid: 102), 1, 43_981_000
        ),
        (
            "        modprobe   692 [001]   142.297348: klp:e: x=1", .perfScript, TraceTask(name: "modprobe", pid: 692),
            1,
            142_297_348_000
        ),
        (
            "     Web Content  692/693  [001]   142.297348123:          1     klp:e: x=1", .perfScript,
            TraceTask(name: "Web Content", pid: 693, group: 692), 1, 142_297_348_123
        ),
        ("e: x=1", .tracefsNoContext, nil, nil, nil),
    ]

    @Test(arguments: heads)
    func headsAreReadAsTheirFormatWritesThem(
        _ line: String, _ format: TextTraceFormat, _ task: TraceTask?, _ cpu: Int?, _ time: Int64?
    ) throws {
        let record = try traceRecord(line + "\n", format)
        #expect(record.task == task)
        #expect(record.cpu == cpu)
        #expect(record.time == time)
        #expect(record.name == "e")
        #expect(record["x"] == .number(1))
        #expect(record.system == (format == .perfScript ? "klp" : nil))
        if format != .tracefsNoContext { #expect(TextTraceFormat.detect(Array(line.utf8)) == format) }
    }

    @Test func instancesAreNamedAndNumbersOfGrepAreNone() throws {
        let reading = readTrace(try keptTrace("trace-cmd/instances.txt"))
        #expect(reading.summary.instances == ["schedbuf", "klpbuf"])
        #expect(reading.records.first { $0.instance == "klpbuf" }?.name == "klp_copy_process")
        #expect(reading.records.allSatisfy { $0.instance != nil })
        #expect(try readTrace(keptTrace("lost/grepped.txt")).summary.instances.isEmpty)
    }

    @Test func theClockIsWhatTheStampsCount() throws {
        #expect(try readTrace(keptTrace("trace-cmd/events.txt")).summary.clock == .seconds(decimals: 6))
        #expect(try readTrace(keptTrace("trace-cmd/events-t.txt")).summary.clock == .seconds(decimals: 9))
        #expect(try readTrace(keptTrace("trace-cmd/stack.txt")).summary.clock == .raw)
        #expect(try readTrace(keptTrace("tracefs/graph.txt")).summary.clock == .seconds(decimals: 6))
        #expect(try readTrace(keptTrace("tracefs/graph-default.txt")).summary.clock == nil)
        let latency = readTrace("    bash-102       1d..1.    12us : e: x=1\n")
        #expect(latency.summary.clock == .microseconds)
    }

    @Test func theHeaderSaysHowMuchTheTraceHolds() throws {
        let header = readTrace(try keptTrace("tracefs/shadow.txt")).summary.header
        #expect(header.tracer == "nop")
        #expect(header.entriesInBuffer == 221)
        #expect(header.entriesWritten == 221)
        #expect(header.cpus == 2)
        let latency = readTrace(
            """
            # tracer: nop
            #
            # nop latency trace v1.1.5 on 6.1.0-56-amd64
            # --------------------------------------------------------------------
            # latency: 0 us, #4/9, CPU#1 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:2)
                bash-102       1d..1.    12us : e: x=1

            """)
        #expect(latency.summary.format == .tracefsLatency)
        #expect(latency.summary.header.kernel == "6.1.0-56-amd64")
        #expect(latency.summary.header.entriesInBuffer == 4)
        #expect(latency.summary.losses.map(\.count) == [5])
    }

    @Test func logsAndProseAreNoTraces() {
        let texts = [
            "", "\n\n", "[  118.151857] livepatch: enabling patch 'x'\n", "note: a text\nanother: text\n",
            "6,416,1,-;livepatch: x\n", "Jan 20 08:28:47 host kernel: [13445.280205] livepatch: x\n",
        ]
        for text in texts {
            #expect(TextTraceFormat.detect(Array(text.utf8)) == nil, "\(text)")
            let reading = readTrace(text)
            #expect(reading.summary.format == nil)
            #expect(reading.records.isEmpty)
        }
    }
}
