import Testing

@testable import KernelLog

@Suite struct KmsgTests {
    @Test func aRecordHasAllThatTheKernelKnows() throws {
        let record = try record("6,1234,5678901,-,caller=T31;livepatch: x\n SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n")
        #expect(record.level == 6 && record.facility == 0 && record.sequence == 1234 && record.caller == "T31")
        #expect(record.time == LogTime(clock: .boot, microseconds: 5_678_901))
        #expect(try KernelLogTests.record("12,1,2,-;patch").facility == 1)
    }

    @Test func escapesAreUndone() throws {
        #expect(
            try record("6,1,2,-;patch \\x5c\\x0a\\xe2\\x82\\xac\\xff\\xz\\x").message == "patch \\\n€\u{FFFD}\\xz\\x")
    }

    @Test func aJumpOfTheSequenceIsALoss() {
        let reading = read("6,5,1,-;patch a\n6,6,2,-;b\n6,9,3,-;patch c\n6,0,0,-;patch boot\n6,0,0,-;patch boot\n")
        #expect(reading.losses.map(\.count) == [2])
        #expect(reading.losses.map(\.place.line) == [3])
        #expect(reading.messages == ["patch a", "patch c", "patch boot"])
        #expect(reading.summary.firstSequence == 5)
        #expect(reading.summary.skipped == [.duplicate: 1])
    }

    @Test func damageIsReportedAndReadOver() {
        let reading = read("cat: -: Broken pipe\n6,5,1,-;patch a\n6,6,2\n6,6,2,-;patch b\n")
        #expect(reading.messages == ["patch a", "patch b"])
        #expect(reading.summary.problems.map(\.kind) == [.malformedRecord, .malformedRecord])
        #expect(reading.losses.isEmpty)
    }

    @Test func hugeNumbersDoNotTrap() {
        let huge = "18446744073709551615,18446744073709551615,18446744073709551615,-;patch\n"
        let reading = read("1,0,0,-;x\n" + huge + "999999999999999999999999,1,1,-;patch\n")
        #expect(reading.messages == ["patch"])
        #expect(reading.losses.map(\.count) == [nil])
        #expect(reading.records.first?.time == nil)
        #expect(reading.records.first?.facility == nil)
    }

    @Test func fragmentsOfNetconsoleAreJoined() {
        let reading = read(
            "6,416,1758426,-,ncfrag=0/22;livepatch: \n6,416,1758426,-,ncfrag=11/22;in two parts\n6,417,1758427,-;patch\n"
        )
        #expect(reading.summary.format == .netconsole)
        #expect(reading.messages == ["livepatch: in two parts", "patch"])
        #expect(reading.losses.isEmpty)
    }

    @Test func aMissingFragmentIsReported() {
        let reading = read(
            "6,1,1,-,ncfrag=0/22;livepatch: \n6,2,2,-;patch\n6,3,3,-,ncfrag=11/22;in two parts\n6,4,4,-,ncfrag=9/5;x\n")
        #expect(reading.messages == ["patch"])
        #expect(reading.summary.problems.map(\.kind) == [.missingFragment, .missingFragment])
    }
}
