import Testing
import Timeline

/// Where one boot ends and the next begins.
struct BootTests {
    @Test func aBannerBeginsABoot() {
        let log = dmesg([banner] + enable, from: 10) + dmesg([banner.replacing("6.1.0", with: "6.12.0")] + enable)
        let boots = source(log).boots
        #expect(boots.map(\.messages.count) == [6, 6])
        #expect(boots.map(\.kernelRelease) == ["6.1.0-56-amd64", "6.12.0-56-amd64"])
    }

    @Test func whatStandsBeforeTheFirstBannerIsABootOfItsOwn() {
        let boots = source(dmesg(enable, from: 80) + dmesg([banner] + enable)).boots
        #expect(boots.map(\.messages) == [enable, [banner] + enable])
        #expect(boots.map { $0.banner != nil } == [false, true])
    }

    @Test func aNewBootIDBeginsABoot() {
        func entry(_ id: String, _ message: String, _ time: Int) -> String {
            "{\"_BOOT_ID\":\"\(id)\",\"_TRANSPORT\":\"kernel\",\"PRIORITY\":\"6\",\"SYSLOG_FACILITY\":\"0\","
                + "\"__REALTIME_TIMESTAMP\":\"\(1_700_000_000_000_000 + time)\","
                + "\"_SOURCE_MONOTONIC_TIMESTAMP\":\"\(time)\",\"MESSAGE\":\"\(message)\"}\n"
        }
        let (one, other) = (String(repeating: "a", count: 32), String(repeating: "b", count: 32))
        let log =
            enable.enumerated().map { entry(one, $0.element, 1_000 + $0.offset) }.joined()
            + enable.enumerated().map { entry(other, $0.element, 9_000 + $0.offset) }.joined()
        #expect(source(log).boots.map(\.messages) == [enable, enable])
    }

    @Test func sequenceNumbersThatStartAgainBeginABoot() {
        let boots = source(kmsg(enable, from: 300) + kmsg(enable, from: 200, at: 900)).boots
        #expect(boots.map(\.messages) == [enable, enable])
    }

    @Test func aStampThatFallsIsASeamAndNoBoot() {
        let boots = source(dmesg(enable, from: 50) + dmesg(enable, from: 10)).boots
        #expect(boots.map(\.messages) == [enable + enable])
        #expect(boots.first?.gaps[5] == .seam(.stampBackwards))
        #expect(boots.first?.gaps.compactMap { $0 }.count == 1)
    }

    @Test func aStampThatFallsUnderRisingSequenceNumbersIsNothing() {
        let boots = source(kmsg(enable, from: 300, at: 50) + kmsg(enable, from: 305, at: 10)).boots
        #expect(boots.map(\.messages) == [enable + enable])
        #expect(boots.first?.gaps.allSatisfy { $0 == nil } == true)
    }

    @Test func aUsersLineAboutABannerIsNone() {
        let log = kmsg(enable, from: 300) + "14,305,310000000,-;\(banner)\n" + kmsg(enable, from: 306)
        #expect(source(log).boots.count == 1)
    }

    @Test func aSourceWithoutRecordsHasNoBoots() {
        #expect(source("").boots.isEmpty)
        #expect(source(dmesg(["usb 1-1: new device", "e1000: link up"])).boots.isEmpty)
    }
}
