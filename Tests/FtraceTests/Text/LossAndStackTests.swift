import Testing

@testable import Ftrace

/// Missing events, and what belongs to the event before.
@Suite struct LossAndStackTests {
    @Test func marksOfAPipeAreLosses() throws {
        let losses = readTrace(try keptTrace("lost/pipe.txt")).summary.losses
        #expect(losses.map(\.cpu) == [0, 1])
        #expect(losses.map(\.count) == [801, 846])
        #expect(losses.map(\.place.line) == [8, 15])
        // The first event of the CPU behind the mark.
        #expect(losses.map(\.time) == [20_142_350_000, 20_146_180_000])
        #expect(losses.allSatisfy { $0.evidence == .mark && $0.place.source == 7 })
    }

    @Test func anOverwrittenBufferSaysHowManyAndWhereACPUBegins() throws {
        let losses = readTrace(try keptTrace("lost/overwritten.txt")).summary.losses
        #expect(losses.map(\.evidence) == [.overwritten, .bufferStarted])
        #expect(losses.map(\.count) == [7003, nil])
        #expect(losses.map(\.cpu) == [nil, 1])
        #expect(losses.map(\.place.line) == [3, 59])
        #expect(losses.map(\.time) == [50_634_000_000, 50_665_740_000])
    }

    @Test func traceCmdMayNotKnowHowMany() throws {
        let losses = readTrace(try keptTrace("lost/report.txt")).summary.losses
        #expect(losses.map(\.cpu) == [0, 1])
        #expect(losses.map(\.count) == [nil, 4748])
    }

    @Test func marksBehindANumberOfGrepAreLosses() throws {
        let losses = readTrace(try keptTrace("lost/grepped.txt")).summary.losses
        #expect(losses.map(\.count) == [301, 421, 78])
        #expect(losses.allSatisfy { $0.instance == nil })
    }

    @Test func perfSaysWhatItLost() {
        let reading = readTrace(
            """
                    modprobe   692 [001]   142.297348: module:module_load: x OE
                    modprobe   692 [001]   142.297350: PERF_RECORD_LOST lost 12

            """)
        #expect(reading.summary.losses.map(\.count) == [12])
        #expect(reading.summary.losses.map(\.cpu) == [1])
        #expect(reading.records.map(\.name) == ["module_load"])
    }

    @Test func aStackBelongsToTheEventBefore() throws {
        let reading = readTrace(try keptTrace("trace-cmd/stack.txt"))
        #expect(reading.records.count == 10)
        #expect(reading.summary.counts[TracedName(kind: .event, name: "kernel_stack")] == 10)
        for record in reading.records {
            #expect(record.stack.first == record.name)
            #expect(record.stack.last == "entry_SYSCALL_64_after_hwframe")
            #expect(record.stack.count == (record.name == "klp_enable_patch" ? 6 : 5))
        }
    }

    @Test func theStackOfAnUnwantedEventIsNobodys() throws {
        let reading = readTrace(try keptTrace("trace-cmd/stack.txt")) { $0 == "klp_enable_patch" }
        #expect(reading.records.map(\.name) == Array(repeating: "klp_enable_patch", count: 5))
        #expect(reading.records.allSatisfy { $0.stack.count == 6 })
    }

    @Test func stacksOfTracefsAndPerfAreRead() {
        let tracefs = readTrace(
            """
                        bash-102     [001] d..1.   118.151857: e: x=1
                        bash-103     [000] d..1.   118.151858: f: x=1
                        bash-102     [001] d..1.   118.151859: <stack trace>
             => klp_enable_patch+0x5/0x940
             => livepatch_init [livepatch_sample]
             => 0xffffffffc04b624d
                        bash-102     [001] d..1.   118.151860: <user stack trace>
             =>  <00007fb58a2b32a0>

            """)
        #expect(tracefs.summary.unrecognised == 0)
        #expect(
            tracefs.records.map(\.stack) == [
                ["klp_enable_patch", "livepatch_init [livepatch_sample]", "0xffffffffc04b624d"], [],
            ])
        let perf = readTrace(
            """
            modprobe   692 [001]   142.297348: module:module_load: x OE
            \tffffffff8cd3f391 klp_enable_patch+0x1 ([kernel.kallsyms])
            \tffffffff8cc024b9 do_one_initcall+0x49 ([kernel.kallsyms])

            modprobe   692 [001]   142.297350: module:module_free: x

            """)
        #expect(perf.summary.unrecognised == 0)
        #expect(perf.records.map(\.stack) == [["klp_enable_patch", "do_one_initcall"], []])
    }

    @Test func aMessageMayHoldNewlinesAndBytesThatAreNoText() throws {
        let reading = readTrace(try keptTrace("tracefs/newlines.txt"))
        #expect(reading.summary.continuations == 2)
        #expect(
            reading.records[1]["msg"]
                == .text("klp_x_printk: embedded newline first\nsecond line of same record\nthird"))
        #expect(reading.records[1].text == "klp_x_printk: embedded newline first\nsecond line of same record\nthird")
        #expect(reading.records[2].text?.contains("\u{FFFD}") == true)
        let unwanted = readTrace(try keptTrace("tracefs/newlines.txt")) { _ in false }
        #expect(unwanted.summary.continuations == 2)
        #expect(unwanted.summary.unrecognised == 0)
    }

    @Test func whatFitsNowhereIsCountedWithItsPlace() {
        let reading = readTrace(
            "            bash-102     [001] d..1.   118.151857: e: x=1\nwhat is this\n", format: .tracefs)
        #expect(reading.summary.unrecognised == 1)
        #expect(reading.summary.unrecognisedPlaces == [TracePlace(source: 7, line: 2, offset: 58)])
    }

    @Test func severalTracesMayFollowOneAnother() throws {
        let one = try keptTrace("tracefs/shadow.txt")
        let reading = readTrace(one + one)
        #expect(reading.summary.records == 144)
        #expect(reading.summary.unrecognised == 0)
        let overwritten = try keptTrace("lost/overwritten.txt")
        #expect(readTrace(one + overwritten).summary.losses.count == 2)
    }
}
