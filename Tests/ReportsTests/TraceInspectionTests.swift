import Reports
import TestSupport
import Testing

@Suite("What inspect says of a trace")
struct TraceInspectionTests {
    private static let traces =
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/FtraceTests/Traces"

    private func lines(_ name: String) -> [String] { TraceInspection(path: "\(Self.traces)/\(name)").lines }

    @Test func aTraceFileHasBuffersClocksAndEvents() {
        let lines = lines("events-v7-zstd.dat")
        #expect(lines.first?.contains("trace.dat version 7, compression zstd") == true)
        #expect(lines.contains { $0.hasPrefix("  buffer: clock global, ") && $0.hasSuffix("events of 2 CPUs") })
        #expect(lines.contains { $0.hasPrefix("  of livepatch: ") && $0.contains(" klp:klp_complete_transition") })
        #expect(!lines.contains { $0.contains("damaged") })
    }

    @Test func whatWasLostIsSaid() {
        #expect(lines("lost-v7-zstd.dat.zst").contains { $0.hasPrefix("  lost: ") })
    }

    @Test func ofATextTraceTheFormIsNamed() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        let text = """
            # tracer: nop
            #
                      insmod-102     [001] .....   118.151857: module_load: fix OE
                      insmod-102     [001] .....   118.161857: klp_enable_patch: (klp_enable_patch+0x0/0x3e0) patch="fix"
            """
        try scratch.write(text + "\n", to: "trace.txt")
        let lines = TraceInspection(path: scratch.path("trace.txt")).lines
        #expect(lines.first?.hasSuffix("tracefs trace or trace_pipe, 4 lines") == true)
        #expect(lines.contains("  of livepatch: 1 klp_enable_patch"))
    }

    @Test func whatCannotBeReadIsSaidInALine() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("no trace at all\n", to: "x")
        #expect(TraceInspection(path: scratch.path("x")).lines.count == 1)
        #expect(TraceInspection(path: scratch.path("absent")).lines.count == 1)
    }
}
