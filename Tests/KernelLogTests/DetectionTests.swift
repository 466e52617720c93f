import Testing

@testable import KernelLog

@Suite struct DetectionTests {
    @Test(arguments: [
        "cpus=2\n            bash-665   [000]   203.084503: klp_copy_process:     (ffffffff8cd41870)\n",
        "# tracer: nop\n#\nconsole: livepatch: x\n",
        "            bash-102     [001] d..1.    83.645764: console: livepatch: enabling patch 'x'\n",
        "        modprobe-1277  [000]411601037860: klp_module_coming:    (ffffffff8cd3fe90)\n",
        "            bash-299     [000]     66.966383: signal_deliver: sig=17 errno=0\n",
    ])
    func aTraceIsNamedAndNeverRead(text: String) {
        let reading = read(text)
        #expect(reading.summary.format == .trace)
        #expect(reading.items.isEmpty)
    }

    @Test func binaryFilesAreNamedAndNeverRead() {
        #expect(detectFormat(of: [0x17, 0x08, 0x44] + Array("tracing6".utf8)) == .trace)
        #expect(detectFormat(of: (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 7) }) == .binary)
        #expect(read([0x7F] + Array("ELF patch\n".utf8)).items.isEmpty)
    }

    @Test func runsOfNulBytesDoNotMakeALogBinary() {
        let bytes = [UInt8](repeating: 0, count: 5000) + Array("\n[    1.000000] livepatch: x\n".utf8)
        #expect(read(bytes).messages == ["livepatch: x"])
    }

    @Test func nothingAndPlainTextAreReadAsDmesg() {
        #expect(detectFormat(of: []) == .dmesg)
        #expect(read("livepatch: 'x': patching complete\n").messages == ["livepatch: 'x': patching complete"])
        #expect(read("").summary.lines == 0)
    }

    @Test func aForcedFormatIsNotQuestioned() {
        let reading = read("[    1.000000] livepatch: x\n", format: .kmsg)
        #expect(reading.summary.choice == .forced)
        #expect(reading.records.isEmpty)
        #expect(reading.summary.problems.map(\.kind) == [.malformedRecord])
    }

    @Test func everyFormatHasAName() {
        #expect(Set(LogFormat.allCases.map(\.name)).count == LogFormat.allCases.count)
    }
}
