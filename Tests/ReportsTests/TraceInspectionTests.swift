import ByteScan
import Foundation
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
        #expect(lines.contains { $0.hasPrefix("    transitions that end: 9 klp_complete_transition, ") })
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
        #expect(lines.contains { $0.hasPrefix("    transitions that begin, turn or are forced: 1 klp_enable_patch; ") })
    }

    @Test func stampsBeforeTheClocksBeginningAreNegative() throws {
        var bytes = try contentOfFile("\(Self.traces)/events-v6.dat.zst")
        // The table of CPUs begins with where the first page is, and a page with its stamp.
        let table = try #require(bytes.firstRange(of: Array("flyrecord\0".utf8))).upperBound
        let page = bytes[table..<table + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let stamp = UInt64(bitPattern: -1_500_000_000)
        for index in 0..<8 { bytes[page + index] = UInt8(truncatingIfNeeded: stamp >> UInt64(8 * index)) }
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("", to: "trace.dat")
        try Data(bytes).write(to: URL(filePath: scratch.path("trace.dat")))
        let lines = TraceInspection(path: scratch.path("trace.dat")).lines
        #expect(lines.contains { $0.hasPrefix("    CPU 0: ") && $0.contains(", -1.500000 s to ") })
    }

    @Test func whatIsLeftOutIsCounted() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        func lines(kinds: Int, losses: Int) throws -> [String] {
            var text = "# tracer: nop\n#\n"
            for index in 0..<losses {
                text += "          insmod-102     [001] .....   118.\(151_857 + index): kind_\(index % kinds): x=1\n"
                text += "CPU:1 [LOST 5 EVENTS]\n"
            }
            try scratch.write(text, to: "trace.txt")
            return TraceInspection(path: scratch.path("trace.txt")).lines
        }
        let one = try lines(kinds: 13, losses: 21)
        #expect(one.contains { $0.hasPrefix("  events: ") && $0.hasSuffix(", and 1 other kind") })
        #expect(one.last == "  lost: and at 1 more place")
        let two = try lines(kinds: 14, losses: 22)
        #expect(two.contains { $0.hasPrefix("  events: ") && $0.hasSuffix(", and 2 other kinds") })
        #expect(two.last == "  lost: and at 2 more places")
    }

    @Test(arguments: ["lost-v7-zstd.dat.zst", "absent", "cut.txt.zst"])
    func aFileIsNamedOnce(_ name: String) throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        let bytes: [UInt8]
        switch name {
        case "absent": bytes = []
        case "cut.txt.zst": bytes = [0x28, 0xB5, 0x2F, 0xFD]
        default: bytes = Array(try Data(contentsOf: URL(filePath: "\(Self.traces)/\(name)")).prefix(100_000))
        }
        if name != "absent" {
            try scratch.write("", to: name)
            try Data(bytes).write(to: URL(filePath: scratch.path(name)))
        }
        let lines = TraceInspection(path: scratch.path(name)).lines
        #expect(lines.count { $0.contains(name) } == 1)
        #expect(lines.joined(separator: "\n").ranges(of: name).count == 1)
        #expect(lines.contains { $0.contains("is truncated: ") || $0.contains("cannot be opened: ") })
    }

    @Test func whatCannotBeReadIsSaidInALine() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("no trace at all\n", to: "x")
        #expect(TraceInspection(path: scratch.path("x")).lines.count == 1)
        #expect(TraceInspection(path: scratch.path("absent")).lines.count == 1)
    }
}
