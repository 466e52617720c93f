import Testing

@testable import KernelLog

@Suite struct PstoreTests {
    @Test func partsAreReadFromTheOldest() {
        let reading = read(
            """
            Panic#1 Part1
            <5>[   20.701439] livepatch: c
            <7>[   20.781984] livepatch: d
            Panic#1 Part2
            <5>[   10.000000] livepatch: a
            <5>[   11.000000] livepatch: b
            Oops#2 Part1
            <5>[   30.000000] livepatch: e
            """)
        #expect(reading.summary.format == .pstore)
        #expect(reading.messages == ["livepatch: a", "livepatch: b", "livepatch: c", "livepatch: d", "livepatch: e"])
        #expect(reading.records.first?.place.line == 5)
    }

    @Test func aHeadWithinOtherTextIsNoRecord() {
        let reading = read("[    1.000000] livepatch: a\nPanic#2 Part1\n<5>[   10.000000] livepatch: b\n")
        #expect(reading.messages == ["livepatch: a", "livepatch: b"])
        #expect(reading.context.isEmpty)
    }
}
