import Testing

@testable import KernelLog

/// One line at a time: what is prefix, what is message.
@Suite struct LinePrefixTests {
    @Test(arguments: [
        "[   22.718281][   T31] livepatch: x", "[   22.718281] [  T31] livepatch: x",
        "<6>[   22.718281][   T31] livepatch: x", "[   22.718281][T31] livepatch: x",
        "kern  :info  : [   22.718281][   T31] livepatch: x",
    ])
    func callersAreReadInEverySpelling(line: String) throws {
        let record = try record(line)
        #expect(record.caller == "T31")
        #expect(record.message == "livepatch: x")
        #expect(record.time == LogTime(clock: .boot, microseconds: 22_718_281))
    }

    @Test(arguments: [
        "[03:12:39.668] [    1.500000] livepatch: x", "[2026-11-21 03:12:39] [    1.500000] livepatch: x",
        "03:12:39.668371  <6>[    1.500000] livepatch: x", "Nov 21 03:12:39 [    1.500000] livepatch: x",
        "2026-11-21T03:12:39.668371 <6>[    1.500000] livepatch: x",
    ])
    func theKernelsStampWinsOverATerminals(line: String) throws {
        let record = try record(line)
        #expect(record.message == "livepatch: x")
        #expect(record.time == LogTime(clock: .boot, microseconds: 1_500_000))
    }

    @Test(arguments: [
        "2026-11-21T03:12:39,668343+00:00 [  T31] livepatch: x", "[Sat Nov 21 03:12:39 2026] [  T31] livepatch: x",
        "[Sat Nov 21 03:12:39 2026][  T31] livepatch: x",
    ])
    func callersStandBehindDatesToo(line: String) throws {
        let record = try record(line)
        #expect(record.message == "livepatch: x")
        #expect(record.caller == "T31")
    }

    @Test(arguments: [
        "[  +0.000823] ", "[Sat Nov 21 03:12:39 2026] ", "[    1.500000] ", "2026-11-21T03:12:39,668343+00:00 ",
    ])
    func aStampBehindOneThatDmesgWroteIsTheMessage(prefix: String) throws {
        #expect(try record(prefix + "[   12.345678] livepatch: x").message == "[   12.345678] livepatch: x")
    }

    @Test func blanksAtTheStartOfAMessageStay() throws {
        #expect(try record("[    1.500000]    patch   ").message == "   patch   ")
        #expect(try record("2026-11-21T03:12:39,668343+00:00    patch").message == "   patch")
        #expect(try record("[Sat Nov 21 03:12:39 2026]    patch").message == "   patch")
    }

    @Test func aProcessorIsACallerToo() throws {
        #expect(try record("[    1.000000][    C0] livepatch: x").caller == "C0")
    }

    @Test func bracketsOfTheMessageAreNoCaller() throws {
        let record = try record("[   84.908225] [c00000005dce3720] klp_enable_patch+0x32c/0x540")
        #expect(record.caller == nil)
        #expect(record.message == "[c00000005dce3720] klp_enable_patch+0x32c/0x540")
    }

    @Test(arguments: [
        ("[ 34.475708] livepatch: x", 34_475_708, 1), ("[1561551.584871] livepatch: x", 1_561_551_584_871, 1),
        ("[ 1042.117] livepatch: x", 1_042_117_000, 1_000), ("[    0.000000] livepatch: x", 0, 1),
    ])
    func paddingAndPrecisionOfStampsVary(line: String, microseconds: Int64, resolution: Int64) throws {
        let time = try record(line).time
        #expect(time == LogTime(clock: .boot, microseconds: microseconds, resolution: resolution))
    }

    @Test(arguments: [
        "[99999999999999999999999.000000] livepatch: x", "[1.2] livepatch: x", "[<0>] klp_patch+0x1/0x2",
        "[6.1.192] livepatch: x", "[] livepatch: x", "[   12.345678 livepatch: x",
        "[Sat Nov 99 03:12:39 2026] livepatch: x",
    ])
    func whatOnlyResemblesAStampIsText(line: String) throws {
        let record = try record(line)
        #expect(record.message == line)
        #expect(!record.isFramed)
    }

    @Test func facilityAndLevelComeFromTheNumber() throws {
        // busybox dmesg -r of a line that user space wrote into /dev/kmsg
        let record = try record("<12>[   29.942071] % insmod klp_patch.ko")
        #expect(record.facility == 1)
        #expect(record.level == 4)
        #expect(try self.record("<4294967296>[   29.942071] patch").isFramed == false)
    }

    private func record(_ line: String) throws -> LogRecord { try KernelLogTests.record(line) }

    @Test func coloursCarriageReturnsAndNulBytesAreNoText() throws {
        let colour = try record("\u{1B}[32m[   12.345678] \u{1B}[0m\u{1B}[33mlivepatch: \u{1B}[0mx\r")
        #expect(colour.message == "livepatch: x")
        #expect(try record("\0\0[   12.345678] livepatch: x").message == "livepatch: x")
        #expect(try record("Starting...\r[   12.345678] livepatch: x").message == "livepatch: x")
    }

    @Test func bytesThatAreNoTextAreRepaired() {
        let line = Array("[   12.345678] livepatch: ".utf8) + [0xFF, 0xE2, 0x82] + Array("!\n".utf8)
        #expect(read(line).messages == ["livepatch: \u{FFFD}\u{FFFD}!"])
    }

    @Test(arguments: [
        "> [   12.345678] livepatch: x", ">   [   12.345678] livepatch: x", ">> [   12.345678] livepatch: x",
        "| [   12.345678] livepatch: x", "\t[   12.345678] livepatch: x", "  [   12.345678] livepatch: x",
        "# [   12.345678] livepatch: x", "> \u{A0} [   12.345678] livepatch: x",
    ])
    func quotingAndIndentationAreTakenOff(line: String) throws {
        let record = try record(line)
        #expect(record.isFramed)
        #expect(record.message == "livepatch: x")
    }

    @Test func marksOfAWebPageBetweenLinesAreDropped() {
        // From a rendering of Documentation/livepatch/callbacks.txt that puts a bar after every line.
        let reading = read("|\n[ 34.475708] livepatch: a\n|\n[ 36.503719] livepatch: b\n|\n")
        #expect(reading.messages == ["livepatch: a", "livepatch: b"])
        #expect(reading.context.isEmpty)
        #expect(reading.summary.skipped == [.blank: 3])
    }

    @Test func decorationsOfDynamicDebugStayInTheMessage() throws {
        let message = "[93] main:move_module:2190: \tpatch"
        #expect(try record("[   12.345678] " + message).message == message)
    }

    @Test func anotherKernelsLineIsNoRecord() {
        // xen-devel, 2023-04-15
        let reading = read("(XEN) livepatch: lp: Applying 1 functions\n")
        #expect(reading.records.isEmpty)
        #expect(reading.context.map(\.message) == ["(XEN) livepatch: lp: Applying 1 functions"])
        #expect(reading.summary.skipped == [.foreign: 1])
    }

    @Test func aLineWithoutPrefixIsUnframed() {
        let reading = read("# dmesg | tail -1\n[   12.345678] livepatch: x\ninsmod: ERROR: could not insert patch\n")
        #expect(reading.records.map(\.isFramed) == [true, false])
        #expect(reading.context.map(\.message) == ["# dmesg | tail -1"])
        #expect(reading.summary.framedRecords == 1)
    }

    @Test func aCommentMarkIsTakenOffALogLineButNotOffAPrompt() {
        // https://lore.kernel.org/all/ZYAimyPYhxVA9wKg@li-008a6a4c-3549-11b2-a85c-c5cc2836eea2.ibm.com/ and others
        let reading = read("# livepatch: nothing to patch!\n# modprobe livepatch-sample\n")
        #expect(reading.messages == ["livepatch: nothing to patch!", "# modprobe livepatch-sample"])
    }
}
