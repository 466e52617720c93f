import Testing

@testable import KernelLog

/// What a log daemon made of the kernel's records. No machine of ours records these: the lines follow systemd 252's and
/// rsyslog 8.2302's sources, but for the one of kpatch issue 650.
@Suite struct JournalTests {
    @Test(arguments: [
        // https://github.com/dynup/kpatch/pull/650
        "Jan 20 08:28:47 ubuntu1610 kernel: [13445.280205] livepatch: x", "[13445.280205] host kernel: livepatch: x",
        "2026-11-21T03:22:25.260715+00:00 host kernel: [13445.280205] livepatch: x",
        "Jan 20 08:28:47 host kern.notice kernel: [13445.280205] livepatch: x",
        "Nov 21 05:35:00 [13445.280205] livepatch: x", "kernel: [13445.280205] livepatch: x",
    ])
    func theKernelsOwnStampWins(line: String) throws {
        let record = try record(line)
        #expect(record.message == "livepatch: x")
        #expect(record.time == LogTime(clock: .boot, microseconds: 13_445_280_205))
    }

    @Test(arguments: [
        ("2026-11-21T03:22:25.260715+00:00 host kernel: livepatch: x", 1_795_231_345_260_715, 1),
        ("2026-11-21T04:22:25+0100 host kernel: livepatch: x", 1_795_231_345_000_000, 1_000_000),
        ("Sat 2026-11-21 03:22:25 UTC host kernel: livepatch: x", 1_795_231_345_000_000, 1_000_000),
        ("Jan  2 00:00:01.5 host kernel: livepatch: x", 63_158_401_500_000, 100_000),
    ])
    func datesOfDaemonsAreCalendarTimes(line: String, microseconds: Int64, resolution: Int64) throws {
        let record = try record(line)
        #expect(record.message == "livepatch: x")
        #expect(record.time == LogTime(clock: .calendar, microseconds: microseconds, resolution: resolution))
    }

    @Test func aTimeOfDayCountsFromMidnight() throws {
        let record = try record("03:49:13.371936 kernel livepatch: x")
        #expect(record.message == "livepatch: x")
        #expect(record.time == LogTime(clock: .midnight, microseconds: 13_753_371_936))
    }

    @Test func linesOfOtherProgramsAreContextOnly() {
        let reading = read(
            """
            Jan 20 08:28:46 host sshd[123]: Accepted publickey for patch
            Jan 20 08:28:47 host kernel: livepatch: x
            Jan 20 08:28:48 host kpatch: livepatch: y
            """)
        #expect(reading.summary.format == .syslog)
        #expect(reading.messages == ["livepatch: x"])
        #expect(reading.context.map(\.message) == ["sshd[123]: Accepted publickey for patch", "kpatch: livepatch: y"])
        #expect(reading.summary.skipped == [.foreign: 2])
    }

    @Test func aProgramInTheKernelsLogIsNotForeign() throws {
        #expect(
            try record("[    5.000000] systemd[1]: Started patch.service").message
                == "systemd[1]: Started patch.service")
    }

    @Test func journalObjectsAreRead() {
        let reading = read(
            #"""
            {"_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"kernel","PRIORITY":"5","SYSLOG_FACILITY":"0","_BOOT_ID":"b1","_SOURCE_MONOTONIC_TIMESTAMP":"36880330","__REALTIME_TIMESTAMP":"1795231636880330","MESSAGE":"livepatch: x"}
            {"_TRANSPORT":"syslog","SYSLOG_IDENTIFIER":"kpatch","MESSAGE":"livepatch: y"}
            {"_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"livepatch","SYSLOG_FACILITY":"1","PRIORITY":"4","MESSAGE":"kernel.ftrace_enabled = 1"}
            {"_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"kernel","MESSAGE":[112,97,116,99,104,255]}
            {"_TRANSPORT":"kernel","MESSAGE":"cut
            """#)
        #expect(reading.summary.format == .journalJSON)
        #expect(reading.messages == ["livepatch: x", "livepatch: kernel.ftrace_enabled = 1", "patch\u{FFFD}"])
        #expect(reading.context.map(\.message) == ["kpatch: livepatch: y"])
        let first = reading.records.first
        #expect(first?.bootID == "b1" && first?.level == 5 && first?.facility == 0)
        #expect(first?.time == LogTime(clock: .boot, microseconds: 36_880_330))
        #expect(reading.summary.problems.map(\.kind) == [.malformedJSON])
    }

    @Test func objectsSpreadOverLinesAreRead() {
        let reading = read(
            #"""
            {
            	"_TRANSPORT" : "kernel",
            	"__REALTIME_TIMESTAMP" : "1795231636880330",
            	"MESSAGE" : "livepatch: x"
            }
            {
            	"_TRANSPORT" : "syslog",
            	"MESSAGE" : "patch"
            }
            """#)
        #expect(reading.summary.format == .journalJSON)
        #expect(reading.messages == ["livepatch: x"])
        #expect(reading.records.first?.time == LogTime(clock: .calendar, microseconds: 1_795_231_636_880_330))
        #expect(reading.context.map(\.message) == ["patch"])
        #expect(reading.summary.recordsSeen == 2)
    }

    @Test func aBootSeparatorGivesItsIdentifierToWhatFollows() {
        let reading = read(
            """
            Jan 20 08:28:47 host kernel: livepatch: a
            -- Boot 0123456789abcdef0123456789abcdef --
            Jan 20 08:28:48 host kernel: livepatch: b
            -- Reboot --
            Jan 20 08:28:49 host kernel: livepatch: c
            """)
        #expect(reading.records.map(\.bootID) == [nil, "0123456789abcdef0123456789abcdef", nil])
    }

    @Test(arguments: [5, 10, 266, 2570])
    func exportedEntriesAreRead(length: Int) {
        // Lengths whose eight bytes hold a newline, or that put one at the field's edge.
        let binary = Array("patch".utf8) + Array(repeating: UInt8(0x0A), count: length - 5)
        var bytes = Array("__CURSOR=s\n__MONOTONIC_TIMESTAMP=7\n_TRANSPORT=kernel\nMESSAGE=livepatch: a=b\n\n".utf8)
        bytes += Array("__CURSOR=t\n_TRANSPORT=kernel\n_BOOT_ID=b1\nMESSAGE\n".utf8)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + binary
        bytes += Array("\nPRIORITY=4\n\n__CURSOR=u\n_TRANSPORT=syslog\nMESSAGE=patch\n\n".utf8)
        let reading = read(bytes)
        #expect(reading.summary.format == .journalExport)
        #expect(reading.messages == ["livepatch: a=b", String(decoding: binary, as: UTF8.self)])
        #expect(reading.records.last?.level == 4 && reading.records.last?.bootID == "b1")
        #expect(reading.records.map(\.place.line).first == 1)
        #expect(reading.context.count == 1)
        #expect(reading.summary.problems.isEmpty)
    }

    @Test func anExportCutWithinAFieldIsReported() {
        let bytes = Array("__CURSOR=s\nMESSAGE=patch\n\n__CURSOR=t\nMESSAGE\n".utf8) + [200, 0, 0, 0, 0, 0, 0, 0, 0x70]
        let reading = read(bytes)
        #expect(reading.messages == ["patch"])
        #expect(reading.summary.problems.map(\.kind) == [.truncatedField])
    }
}
