import Testing

@testable import Ftrace

@Suite("Which functions a trace probes")
struct ProbeTests {
    private static let base: UInt64 = 0xFFFF_FFFF_8100_0000

    /// Two functions, a probe of each kind with a name that tells nothing, and one that is never hit.
    private func trace(_ events: [(id: Int, address: UInt64)]) -> SyntheticTrace {
        var trace = SyntheticTrace()
        trace.kallsyms = "ffffffff81000000 T klp_enable_patch\nffffffff81000100 t klp_patch_object\n"
        let place = ["unsigned long __probe_ip;8;8;0"]
        let returned = ["unsigned long __probe_func;8;8;0", "unsigned long __probe_ret_ip;16;8;0"]
        trace.format("mine", "a", id: 1_700, place)
        trace.format("mine", "b", id: 1_701, returned)
        trace.format("mine", "never", id: 1_702, returned)
        trace.format("sample", "other", id: 300, ["u64 __probe;8;8;0"])
        trace.format("ftrace", "function", id: 1, ["unsigned long ip;8;8;0", "unsigned long parent_ip;16;8;0"])
        var page = trace.page(time: 1_000)
        for event in events {
            page.event(trace.head(event.id, pid: 1) + trace.long(event.address) + trace.long(0), delta: 1)
        }
        trace.buffer("", [page.page()])
        return trace
    }

    @Test("Probes are told by the functions that they are on", arguments: Storage.allCases)
    func probes(_ storage: Storage) throws {
        let base = Self.base
        let content = trace([
            (1_700, base), (1_700, base + 4), (1_700, base + 0x100), (1_700, base + 0x40), (1_701, base + 0x100),
            (300, base),
            (1_700, 0x10),
        ]).content
        let found = try TraceFile(bytes: storage.bytes(content)).inspect()
        #expect(
            found.probes == [
                TraceProbe(event: "a", function: "klp_enable_patch", point: .entry): 2,
                TraceProbe(event: "a", function: "klp_patch_object", point: .entry): 1,
                TraceProbe(event: "a", function: "klp_enable_patch", point: .inside): 1,
                TraceProbe(event: "a", function: nil, point: .entry): 1,
                TraceProbe(event: "b", function: "klp_patch_object", point: .functionReturn): 1,
                TraceProbe(event: "never", function: nil, point: .functionReturn): 0,
            ])
        #expect(found.functions.isEmpty)
        #expect(try TraceFile(bytes: storage.bytes(content)).probes.map(\.name) == ["a", "b", "never"])
    }

    @Test("What the function tracers recorded is counted by function")
    func functions() throws {
        let content = trace([(1, Self.base), (1, Self.base + 0x104), (1, Self.base + 0x104), (1, Self.base + 0x90)])
            .content
        let found = try TraceFile(bytes: Storage.plain.bytes(content)).inspect()
        #expect(
            found.functions == [
                TracedName(kind: .functionEntry, name: "klp_enable_patch"): 1,
                TracedName(kind: .functionEntry, name: "klp_patch_object"): 2,
            ])
    }

    @Test("Any number of addresses is counted in bounded memory")
    func manyAddresses() throws {
        var trace = trace([])
        var pages: [UInt8] = []
        for start in stride(from: 0, to: 40_000, by: 100) {
            var page = trace.page(time: UInt64(start))
            for index in start..<start + 100 {
                page.event(trace.head(1_700, pid: 1) + trace.long(UInt64(index)) + trace.long(0), delta: 1)
            }
            pages += page.page()
        }
        trace.buffers = []
        trace.buffer("", [pages])
        let found = try TraceFile(bytes: Storage.plain.bytes(trace.content)).inspect()
        #expect(found.events.map(\.count) == [40_000])
        #expect(found.probes.keys.filter { $0.event == "a" }.count == 1)
    }

    @Test("Text traces too, whether the probe is wanted or not", arguments: [true, false])
    func text(_ isWanted: Bool) {
        let text = """
            # tracer: nop
            #
                      insmod-102     [001] .....   118.151857: fix: (klp_enable_patch+0x0/0x3e0) x=1
                      insmod-102     [001] .....   118.151858: fix: (klp_enable_patch+0x10/0x3e0) x=1
                      insmod-102     [001] .....   118.151859: fix: (klp_enable_patch+0x11/0x3e0) x=1
                      insmod-102     [001] .....   118.151860: fix: (0xffffffff81000000) x=1
                      insmod-102     [001] .....   118.151861: fix_ret: (init+0x1/0x9 [fix] <- klp_enable_patch) x=1
                      insmod-102     [001] .....   118.151862: tracing_mark_write: (klp_enable_patch+0x0/0x3e0)

            """
        let summary = TextTraceReader(source: 0, wanted: { _ in isWanted }).read(Array(text.utf8)).summary
        #expect(
            summary.probes == [
                TraceProbe(event: "fix", function: "klp_enable_patch", point: .entry): 2,
                TraceProbe(event: "fix", function: "klp_enable_patch", point: .inside): 1,
                TraceProbe(event: "fix", function: nil, point: .entry): 1,
                TraceProbe(event: "fix_ret", function: "klp_enable_patch", point: .functionReturn): 1,
            ])
        #expect(summary.records == (isWanted ? 6 : 0))
    }
}
