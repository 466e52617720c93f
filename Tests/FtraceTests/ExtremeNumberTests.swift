import Testing
import TraceSynthesis

@testable import Ftrace

/// Numbers of a file that no sum of them may overflow, and bytes that are no text.
@Suite("Numbers that no trace has")
struct ExtremeNumberTests {
    private static let machine = Machine.all[0]
    private static let base: UInt64 = 0xFFFF_FFFF_8100_0000

    /// A trace whose CPUs have one page each.
    private func trace(_ payloads: [[[UInt8]]], _ prepare: (inout SyntheticTrace) -> Void = { _ in }) -> SyntheticTrace
    {
        var trace = TraceFileFormatTests.trace(Self.machine)
        prepare(&trace)
        trace.buffer(
            "",
            payloads.map { payloads in
                var page = trace.page(time: 1_000)
                for payload in payloads { page.event(payload, delta: 1) }
                return page.page()
            })
        return trace
    }

    private func note(_ trace: SyntheticTrace) -> [UInt8] {
        trace.head(5, pid: 1) + trace.long(Self.base) + Array("x\0".utf8)
    }

    private func set(_ bytes: inout [UInt8], _ value: UInt64, at offset: Int) {
        for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
    }

    @Test("A stack that counts more callers than any ends with its event", arguments: [UInt64.max, 1 << 63])
    func stackSize(_ size: UInt64) throws {
        var synthetic = SyntheticTrace()
        synthetic.format("ftrace", "print", id: 5, ["unsigned long ip;8;8;0", "char buf[];16;0;1"])
        synthetic.format(
            "ftrace", "kernel_stack", id: 4, ["unsigned long size;8;8;0", "unsigned long caller[8];16;64;0"])
        synthetic.kallsyms = "ffffffff81000000 T klp_enable_patch\nffffffff81000100 t do_one_initcall\n"
        var page = synthetic.page(time: 0)
        page.event(note(synthetic), delta: 1)
        page.event(
            synthetic.head(4, pid: 1) + synthetic.long(size) + synthetic.long(Self.base)
                + synthetic.long(Self.base + 0x120), delta: 1)
        synthetic.buffer("", [page.page()])
        let (records, _) = try TraceFile(bytes: Storage.plain.bytes(synthetic.content)).all()
        #expect(records.map(\.stack) == [["klp_enable_patch", "do_one_initcall"]])
    }

    @Test("Marks that count more lost events than any number leave nothing to complete")
    func lostInMarks() throws {
        var trace = trace([])
        trace.options = [(2, Array("CPU: 0\noverrun: 5\n\0".utf8))]
        let lost: [Int?] = [.max, 1, nil]
        let payload = note(trace)
        trace.buffers = []
        trace.buffer(
            "",
            [
                lost.enumerated().flatMap { index, lost in
                    var page = trace.page(time: UInt64(index) * 1_000)
                    page.event(payload, delta: 1)
                    return page.page(lost: .some(lost))
                }
            ])
        let file = try TraceFile(bytes: Storage.plain.bytes(trace.content))
        #expect(file.all().1.loss.map(\.count) == lost)
        #expect(file.inspect().loss.map(\.count) == lost)
    }

    @Test("Statistics that count more lost events than any number are the largest one")
    func lostInStatistics() throws {
        var trace = trace([[]])
        let most = String(Int.max)
        trace.options = [(2, Array("CPU: 0\noverrun: \(most)\ndropped events: \(most)\n\0".utf8))]
        #expect(try TraceFile(bytes: Storage.plain.bytes(trace.content)).all().1.loss.map(\.count) == [.max])
    }

    @Test("A file that is cut within a page's header, before the stamp, holds no CPU more")
    func cutBeforeStamp() throws {
        var content = trace([[]]).content
        func sized(_ text: String) -> [UInt8] {
            (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) } + Array(text.utf8)
        }
        let header = """
            \tfield: local_t commit;\toffset:0;\tsize:8;\tsigned:1;
            \tfield: u64 timestamp;\toffset:8;\tsize:8;\tsigned:0;
            \tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;

            """
        content.sections[.headerInfo] =
            Array("header_page\0".utf8) + sized(header) + Array("header_event\0".utf8) + sized("x")
        let bytes = Storage.plain.bytes(content)
        let start = try #require(try TraceFile(bytes: bytes).buffers.first?.cpus.first?.offset)
        for length in 1...15 {
            let file = try TraceFile(bytes: Array(bytes[..<(start + length)]))
            #expect(file.buffers.isEmpty)
            #expect(!file.damage.isEmpty)
        }
    }

    @Test("Data of a CPU behind any file is looked for in vain, also when the sections are searched")
    func offsetBehindAll() throws {
        let content = trace([[], []]).content
        var bytes = Storage.plain.bytes(content)
        let whole = try TraceFile(bytes: bytes)
        let table = try #require(whole.options.first { $0.known == .buffer })
        let symbols = try #require(whole.options.first { $0.known == .symbols })
        set(&bytes, UInt64(Int.max), at: table.offset + table.bytes.count - 16)
        set(&bytes, UInt64(Int.max), at: symbols.offset)
        let file = try TraceFile(bytes: bytes)
        #expect(file.buffers.first?.cpus.map(\.offset).last == .max)
        #expect(file.damage.contains { $0.reason == .truncated(.section) })
        #expect(file.all().1.damageCount > file.damage.count)
    }

    @Test("trace_printk finds the argument behind a string that is not UTF-8")
    func printkOfBytes() throws {
        var trace = SyntheticTrace()
        trace.format(
            "ftrace", "bprint", id: 6, ["unsigned long ip;8;8;0", "const char * fmt;16;8;0", "u32 buf[];24;0;0"])
        trace.printkFormats = "0xffffffff81000300 : \"%s is %d\"\n"
        var page = trace.page(time: 0)
        page.event(
            trace.head(6, pid: 1) + trace.long(Self.base) + trace.long(0xFFFF_FFFF_8100_0300)
                + [0x61, 0xFF, 0, 0] + trace.number(Int32(7)) + trace.number(Int32(9)), delta: 0)
        trace.buffer("", [page.page()])
        let (records, _) = try TraceFile(bytes: Storage.plain.bytes(trace.content)).all()
        #expect(records.first?.fields.last?.value == .text("a\u{FFFD} is 7"))
    }
}
