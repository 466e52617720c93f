import TestSupport
import Testing
import TraceSynthesis

@testable import Ftrace

/// How a trace may be stored. What it says is the same.
enum Storage: CaseIterable, CustomTestStringConvertible {
    case version6, plain, zstd, zlib

    var testDescription: String {
        switch self {
        case .version6: "version 6"
        case .plain: "version 7"
        case .zstd: "version 7, zstd"
        case .zlib: "version 7, zlib"
        }
    }

    func bytes(_ content: TraceFileContent) -> [UInt8] {
        switch self {
        case .version6: TraceFileWriter.version6(content)
        case .plain: TraceFileWriter.version7(content, .none)
        case .zstd: TraceFileWriter.version7(content, .zstd)
        case .zlib: TraceFileWriter.version7(content, .zlib)
        }
    }
}

/// What a machine is like, as far as traces show it.
struct Machine: CustomTestStringConvertible {
    var isBigEndian: Bool
    var longSize: Int

    static let all = [(false, 8), (true, 8), (false, 4), (true, 4)].map { Machine(isBigEndian: $0.0, longSize: $0.1) }

    var testDescription: String { "\(isBigEndian ? "big" : "little") endian, \(8 * longSize) bit" }
}

@Suite("What a trace.dat says")
struct TraceFileFormatTests {
    /// Two CPUs, an instance, every kind of field.
    static func trace(_ machine: Machine) -> SyntheticTrace {
        var trace = SyntheticTrace(isBigEndian: machine.isBigEndian, longSize: machine.longSize)
        let long = machine.longSize
        trace.format(
            "sample", "fields", id: 300,
            [
                "u8 small;8;1;0", "s8 negative;9;1;1", "short word;10;2;1", "unsigned int state;12;4;0",
                "u64 big;16;8;0", "char comm[8];24;8;1", "__data_loc char[] name;32;4;1", "int list[2];36;8;1",
                "__rel_loc char[] other;44;4;1", "__data_loc u8[] raw;48;4;0",
            ])
        trace.format(
            "ftrace", "function", id: 1,
            ["unsigned long ip;8;\(long);0", "unsigned long parent_ip;\(8 + long);\(long);0"])
        trace.format("ftrace", "print", id: 5, ["unsigned long ip;8;\(long);0", "char buf[];\(8 + long);0;1"])
        trace.format("ftrace", "kernel_stack", id: 4, ["int size;8;4;1", "unsigned long caller[8];16;\(8 * long);0"])
        trace.format(
            "kprobes", "enable", id: 1_700,
            [
                "unsigned long __probe_func;8;\(long);0", "unsigned long __probe_ret_ip;\(8 + long);\(long);0",
                "s32 ret;\(8 + 2 * long);4;1",
            ])
        let module =
            long == 8
            ? "ffffffffc0002000 t pre_patch_callback\t[livepatch_sample]\n"
            : "bf002000 t pre_patch_callback\t[livepatch_sample]\n"
        let kernel =
            long == 8
            ? "ffffffff81000000 T klp_enable_patch\nffffffff81000100 t do_one_initcall\nffffffff81000200 D data\n"
            : "c1000000 T klp_enable_patch\nc1000100 t do_one_initcall\nc1000200 D data\n"
        // A livepatch has lines for what it uses of others, which are not its own.
        let used = kernel.split(separator: "\n").prefix(1).map {
            $0.replacing(" T ", with: " u ") + "\t[livepatch_sample]\n"
        }
        trace.kallsyms = "0000000000000000 A percpu\n" + kernel + module + used.joined()
        return trace
    }

    private static func base(_ machine: Machine) -> UInt64 {
        machine.longSize == 8 ? 0xFFFF_FFFF_8100_0000 : 0xC100_0000
    }
    private static func moduleBase(_ machine: Machine) -> UInt64 {
        machine.longSize == 8 ? 0xFFFF_FFFF_C000_2000 : 0xBF00_2000
    }

    private static let cases = Storage.allCases.flatMap { storage in Machine.all.map { (storage, $0) } }

    @Test("Fields of every kind", arguments: cases)
    func fields(_ storage: Storage, _ machine: Machine) throws {
        var trace = Self.trace(machine)
        var page = trace.page(time: 1_000)
        var payload = trace.head(300, pid: 42) + [200, 0xFE] + trace.number(Int16(-3)) + trace.number(UInt32.max)
        payload += trace.number(UInt64.max) + Array("klp\0rest".utf8)
        payload += trace.number(UInt32(5 << 16 | 52)) + trace.number(Int32(-1)) + trace.number(Int32(7))
        payload += trace.number(UInt32(3 << 16 | 9)) + trace.number(UInt32(2 << 16 | 60))
        payload += Array("name\0".utf8) + Array("ab\0".utf8) + [1, 255]
        page.event(payload, delta: 24)
        trace.buffer("", [page.page()])
        let file = try TraceFile(bytes: storage.bytes(trace.content))
        let (records, reading) = file.all()
        #expect(reading.damage.isEmpty)
        let record = try #require(records.first)
        #expect(records.count == 1)
        #expect(record.time == 1_024)
        #expect(record.cpu == 0)
        #expect(record.task == TraceTask(name: "a task: with [all] - of it", pid: 42, group: nil))
        #expect(record.system == "sample" && record.name == "fields" && record.kind == .event)
        #expect(
            record.fields == [
                TraceField(name: "small", value: .number(200)), TraceField(name: "negative", value: .number(-2)),
                TraceField(name: "word", value: .number(-3)), TraceField(name: "state", value: .number(4_294_967_295)),
                TraceField(name: "big", value: .number(-1)), TraceField(name: "comm", value: .text("klp")),
                TraceField(name: "name", value: .text("name")), TraceField(name: "list", value: .text("4294967295,7")),
                TraceField(name: "other", value: .text("ab")), TraceField(name: "raw", value: .text("1,255")),
            ])
    }

    @Test("Functions, probes, notes and stacks name their functions", arguments: cases)
    func functions(_ storage: Storage, _ machine: Machine) throws {
        var trace = Self.trace(machine)
        let base = Self.base(machine)
        let module = Self.moduleBase(machine)
        var page = trace.page(time: 0)
        page.event(trace.head(1, pid: 1) + trace.long(base + 4) + trace.long(base + 0x110), delta: 1)
        page.event(
            trace.head(4, pid: 1) + trace.number(UInt32(2)) + trace.number(UInt32(0))
                + trace.long(base + 0x10) + trace.long(base + 0x120) + trace.long(base), delta: 1)
        page.event(trace.head(1, pid: 1) + trace.long(module) + trace.long(base + 0x210), delta: 1)
        page.event(
            trace.head(1_700, pid: 9) + trace.long(base) + trace.long(base + 0x1F0) + trace.number(Int32(-16)), delta: 1
        )
        page.event(trace.head(5, pid: 1) + trace.long(base + 0x100) + Array("a note\n\0".utf8), delta: 1)
        trace.buffer("", [page.page()])
        let (records, reading) = try TraceFile(bytes: storage.bytes(trace.content)).all()
        #expect(reading.damage.isEmpty)
        #expect(records.map(\.name) == ["klp_enable_patch", "pre_patch_callback", "enable", "print"])
        try #require(records.count == 4)
        #expect(records.map(\.kind) == [.functionEntry, .functionEntry, .event, .event])
        #expect(records[0].fields == [TraceField(name: "parent_ip", value: .text("do_one_initcall"))])
        #expect(records[0].stack == ["klp_enable_patch", "do_one_initcall"])
        #expect(records[1].stack.isEmpty)
        // data is no function.
        #expect(
            records[1].fields == [
                TraceField(name: "module", value: .text("livepatch_sample")),
                TraceField(name: "parent_ip", value: .number(Int64(bitPattern: base + 0x210))),
            ])
        #expect(
            records[2].fields == [
                TraceField(name: "__probe_func", value: .text("klp_enable_patch+0x0/0x100")),
                TraceField(name: "__probe_ret_ip", value: .text("do_one_initcall+0xf0/0x100")),
                TraceField(name: "ret", value: .number(-16)),
            ])
        #expect(records[2].task?.name == "<...>")
        #expect(
            records[3].fields == [
                TraceField(name: "ip", value: .text("do_one_initcall")),
                TraceField(name: "buf", value: .text("a note\n")),
            ])
    }

    @Test("Only wanted functions are delivered")
    func wantedFunctions() throws {
        var trace = Self.trace(Machine.all[0])
        let base = Self.base(Machine.all[0])
        var page = trace.page(time: 0)
        page.event(trace.head(1, pid: 1) + trace.long(base + 4) + trace.long(base), delta: 1)
        page.event(trace.head(1, pid: 1) + trace.long(base + 0x100) + trace.long(base), delta: 1)
        trace.buffer("", [page.page()])
        let (records, _) = try TraceFile(bytes: Storage.zstd.bytes(trace.content)).all { $0.hasPrefix("klp_") }
        #expect(records.map(\.name) == ["klp_enable_patch"])
    }

    @Test("CPUs and instances are merged by time", arguments: cases)
    func merging(_ storage: Storage, _ machine: Machine) throws {
        var trace = Self.trace(machine)
        func pages(_ times: [UInt64]) -> [UInt8] {
            times.flatMap { time in
                var page = trace.page(time: time)
                page.event(trace.head(5, pid: 1) + trace.long(0) + Array("x\0".utf8), delta: 1)
                page.timeExtend(3)
                page.event(trace.head(5, pid: 1) + trace.long(0) + Array("y\0".utf8), delta: 1)
                return page.page()
            }
        }
        let later: UInt64 = 1 << 41
        let cpus = [[pages([10, later]), pages([5, 30])], [pages([20]), []]]
        trace.buffer("", cpus[0])
        trace.buffer("livepatch", cpus[1])
        let (records, reading) = try TraceFile(bytes: storage.bytes(trace.content)).all()
        #expect(reading.records == 10)
        #expect(records.compactMap(\.time) == records.compactMap(\.time).sorted())
        #expect(records.prefix(5).map(\.time) == [6, 10, 11, 15, 21])
        #expect(records.prefix(5).map(\.cpu) == [1, 1, 0, 0, 0])
        #expect(records.prefix(5).map(\.instance) == [nil, nil, nil, nil, "livepatch"])
    }

    @Test("Lost events are an entry each, with their number if the kernel knew it", arguments: cases)
    func loss(_ storage: Storage, _ machine: Machine) throws {
        var trace = Self.trace(machine)
        func page(_ time: UInt64, _ lost: Int??) -> [UInt8] {
            var page = trace.page(time: time)
            page.event(trace.head(5, pid: 1) + trace.long(0) + Array("x\0".utf8), delta: 1)
            return page.page(lost: lost)
        }
        trace.buffer("", [page(100, nil) + page(200, .some(447)), page(300, .some(nil))])
        let file = try TraceFile(bytes: storage.bytes(trace.content))
        let loss = file.all().1.loss
        #expect(loss.map(\.cpu) == [0, 1])
        #expect(loss.map(\.count) == [447, nil])
        #expect(loss.map(\.time) == [200, 300])
        #expect(file.inspect().loss == loss)
    }

    @Test("The kernel's statistics complete the ledger of losses")
    func statistics() throws {
        let lost = try TraceFile(path: RecordedTrace(name: "lost-v7-zstd").path).all().1.loss
        #expect(lost.map(\.cpu) == [0, 1])
        #expect(lost.map(\.count) == [4_511, 4_748])
        #expect(lost.map(\.evidence) == [.mark, .mark])
        var trace = Self.trace(Machine.all[0])
        let texts = ["CPU: 0\noverrun: 0\n", "\nBuffer: livepatch\n\n", "CPU: 1\noverrun: 5\ndropped events: 7\n"]
        trace.options = texts.map { (2, Array($0.utf8) + [0]) }
        trace.buffer("livepatch", [[], []])
        let loss = try TraceFile(bytes: Storage.version6.bytes(trace.content)).all().1.loss
        #expect(loss.map(\.cpu) == [1])
        #expect(loss.map(\.count) == [12])
        #expect(loss.map(\.instance) == ["livepatch"])
        #expect(loss.map(\.evidence) == [.overwritten])
    }

    @Test("trace_printk prints its recorded arguments")
    func printk() throws {
        var trace = Self.trace(Machine.all[0])
        trace.format(
            "ftrace", "bprint", id: 6, ["unsigned long ip;8;8;0", "const char * fmt;16;8;0", "u32 buf[];24;0;0"])
        trace.printkFormats = "0xffffffff81000300 : \"patch %s: %d of %lu at %ps, %x%%\\n\"\n"
        var page = trace.page(time: 0)
        let base = Self.base(Machine.all[0])
        var payload = trace.head(6, pid: 1) + trace.long(base) + trace.long(0xFFFF_FFFF_8100_0300)
        payload +=
            Array("klp\0".utf8) + trace.number(Int32(-2)) + trace.number(UInt64(7)) + trace.number(base)
            + trace.number(UInt32(255))
        page.event(payload, delta: 0)
        trace.buffer("", [page.page()])
        let (records, _) = try TraceFile(bytes: Storage.version6.bytes(trace.content)).all()
        #expect(records.first?.fields.last?.value == .text("patch klp: -2 of 7 at klp_enable_patch, ff%\n"))
    }

    @Test("A recording says the same however it is stored", arguments: Storage.allCases)
    func rewritten(_ storage: Storage) throws {
        for name in ["graph-v6", "instances-v7-zstd", "lost-v7-zstd"] {
            let original = try TraceFile(path: RecordedTrace(name: name).path)
            let again = try TraceFile(bytes: storage.bytes(TraceFileContent(original)))
            let expected = original.all().0.map { ($0.time, $0.cpu, $0.name, $0.fields, $0.instance) }
            let records = again.all().0.map { ($0.time, $0.cpu, $0.name, $0.fields, $0.instance) }
            #expect(records.count == expected.count)
            #expect(zip(records, expected).allSatisfy { $0 == $1 })
            #expect(again.inspect().events == original.inspect().events)
        }
    }

    @Test("The clock of an instance is the one that the kernel marks")
    func instanceClock() throws {
        let file = try TraceFile(path: RecordedTrace(name: "instances-v7-zstd").path)
        #expect(file.buffers.map(\.clock) == ["mono", "mono", "mono"])
        #expect(file.buffers.map(\.instance) == [nil, "schedbuf", "klpbuf"])
    }

    @Test("Without a wanted event no format, no name and no symbol is read")
    func nothingWanted() throws {
        var content = try TraceFileContent(TraceFile(path: RecordedTrace(name: "graph-v6").path))
        content.sections[.symbols] = [255, 255, 255, 127]
        content.sections[.commandLines] = [255, 255, 255, 127, 0, 0, 0, 0]
        let reading = try TraceFile(bytes: TraceFileWriter.version7(content, .none)).read(
            TraceSelection { _, _ in false }
        ) {
            _ in
        }
        #expect(reading.records == 0)
        #expect(reading.damage.isEmpty)
    }
}
