import Testing

@testable import KernelLog

/// Lines that say that records are missing.
@Suite struct LossTests {
    @Test(arguments: [
        ("** 12 printk messages dropped **", 12), ("[    1.200000] ** 12 printk messages dropped **", 12),
        ("[    1.200000] printk: 12 messages dropped", 12),
        ("Nov 21 05:35:00 host systemd-journald[123]: Missed 12 kernel messages", 12),
        ("[    1.200000] systemd-journald[123]: Missed 12 kernel messages", 12),
        ("Nov 21 05:35:00 host rsyslogd: imjournal: 12 messages lost due to rate-limiting", 12),
    ])
    func aDroppedMarkerIsALoss(line: String, count: Int) throws {
        let reading = read("[    1.000000] patch\n" + line + "\n[    2.000000] patch\n")
        let loss = try #require(reading.losses.first)
        #expect(loss.evidence == .droppedMarker)
        #expect(loss.count == count)
        #expect(loss.place.line == 2)
        #expect(reading.items.count == 3)
    }

    @Test func theRecordBehindAMarkerOnTheSameLineIsRead() {
        let reading = read("[    1.200000] ** 3 printk messages dropped ** [    1.300000] livepatch: x\n")
        #expect(reading.losses.map(\.count) == [3])
        #expect(reading.records.map(\.time) == [LogTime(clock: .boot, microseconds: 1_300_000)])
        #expect(reading.messages == ["livepatch: x"])
    }

    @Test(arguments: [
        "[   97.643938] printk: bash: 90 output lines suppressed due to ratelimiting",
        "4,672,97643938,-;printk: bash: 90 output lines suppressed due to ratelimiting",
    ])
    func theLimitForWritersIsALossOfItsOwnKind(line: String) {
        // Linux 6.1.192, a writer of /dev/kmsg that was too fast.
        let reading = read(line + "\n")
        #expect(reading.losses.map(\.evidence) == [.suppressedMarker])
        #expect(reading.losses.map(\.count) == [90])
    }

    @Test(arguments: [
        "[   36.002293] rl: 30 callbacks suppressed (patch)", "[   36.002293] patch: 12 messages dropped",
        "[   36.002293] patch: ** 12 printk messages dropped **", "[   36.002293] net: Missed 12 kernel messages patch",
    ])
    func whatADriverSaysOfItselfIsNoLoss(line: String) {
        let reading = read(line + "\n")
        #expect(reading.losses.isEmpty)
        #expect(reading.records.count == 1)
    }
}
