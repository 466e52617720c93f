import Testing

@testable import KernelLog

/// The renderings of one run give the same records.
@Suite struct RenderingTests {
    @Test(arguments: [
        OneRun.plain, OneRun.ctime, OneRun.decoded, OneRun.decodedCtime, OneRun.iso, OneRun.delta, OneRun.reltime,
        OneRun.raw, OneRun.kmsg, OneRun.json,
    ])
    func everyRenderingGivesTheSameMessages(text: String) {
        let reading = read(text, needles: ["klp_x"])
        #expect(reading.messages == OneRun.messages)
        #expect(reading.records.allSatisfy { $0.isFramed && $0.place.source == 7 })
    }

    @Test(arguments: [OneRun.plain, OneRun.decoded, OneRun.delta, OneRun.raw, OneRun.kmsg, OneRun.json])
    func stampsSinceBootAreKeptToTheMicrosecond(text: String) {
        let times = read(text, needles: ["klp_x"]).records.map(\.time)
        #expect(times == OneRun.stamps.map { LogTime(clock: .boot, microseconds: $0) })
    }

    @Test(arguments: [OneRun.decoded, OneRun.decodedCtime, OneRun.raw, OneRun.kmsg, OneRun.json])
    func levelsAreRead(text: String) {
        #expect(read(text, needles: ["klp_x"]).records.map(\.level) == OneRun.levels.map { $0 })
    }

    @Test func datesAreCalendarTimesOfTheirResolution() throws {
        // 2026-11-21 03:27:10 UTC
        let second: Int64 = 1_795_231_630_000_000
        let ctime = try #require(read(OneRun.ctime, needles: ["klp_x"]).records.first?.time)
        #expect(ctime == LogTime(clock: .calendar, microseconds: second, resolution: 1_000_000))
        let iso = try #require(read(OneRun.iso, needles: ["klp_x"]).records.first?.time)
        #expect(iso == LogTime(clock: .calendar, microseconds: second + 460_931))
    }

    @Test func relativeStampsCountFromThePreviousRecord() throws {
        let times = read(OneRun.reltime, needles: ["klp_x"]).records.map(\.time)
        #expect(times.first == LogTime(clock: .previous, microseconds: 409))
        let minute = try record("[Nov21 05:35] livepatch: kernel.ftrace_enabled = 1")
        #expect(minute.time?.clock == .calendar)
        #expect(minute.time?.resolution == 60_000_000)
    }

    @Test func everyFormatIsRecognised() {
        #expect(detectFormat(of: Array(OneRun.plain.utf8)) == .dmesg)
        #expect(detectFormat(of: Array(OneRun.iso.utf8)) == .dmesg)
        #expect(detectFormat(of: Array(OneRun.kmsg.utf8)) == .kmsg)
        #expect(detectFormat(of: Array(OneRun.json.utf8)) == .dmesgJSON)
    }

    @Test func neighboursOfANeedleAreContext() {
        let reading = read(OneRun.kmsg, needles: ["pre_patch"])
        #expect(reading.messages == ["klp_x_a: pre_patch: vmlinux"])
        #expect(reading.context.map(\.message) == Array(OneRun.messages[2...3]) + [OneRun.messages[5]])
        #expect(read(OneRun.json, needles: ["pre_patch"]).context.map(\.message) == reading.context.map(\.message))
        #expect(read(OneRun.plain, needles: ["pre_patch"]).context.map(\.message) == reading.context.map(\.message))
    }

    @Test func withoutNeedlesEverythingIsARecord() {
        #expect(read(OneRun.plain, needles: []).messages == OneRun.messages)
        #expect(read(OneRun.kmsg, needles: []).messages == OneRun.messages)
    }
}
