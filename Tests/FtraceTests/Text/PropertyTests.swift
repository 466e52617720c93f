import KernelLog
import TestSupport
import Testing

@testable import Ftrace

/// Whatever comes, the reader reads it to its end, and what it says is true.
@Suite struct PropertyTests {
    static let kept = [
        "tracefs/shadow.txt", "tracefs/shadow-nocontext.txt", "tracefs/shadow-raw.txt", "tracefs/shadow-tgid.txt",
        "tracefs/graph.txt", "tracefs/graph-default.txt", "tracefs/graph-named.txt", "tracefs/function.txt",
        "tracefs/newlines.txt", "trace-cmd/events.txt", "trace-cmd/events-R.txt", "trace-cmd/events-l.txt",
        "trace-cmd/events-tsdiff.txt", "trace-cmd/stack.txt", "trace-cmd/instances.txt", "trace-cmd/fgraph.txt",
        "lost/pipe.txt", "lost/overwritten.txt", "lost/grepped.txt",
    ]

    /// Texts that readers stumble over.
    static let stumbling = [
        "99999999999999999999", "\0", "=", "\"", "[", "]", "(", ")", "|", "}", "{", "/*", "*/", "\n", "\r\n", " => ",
        "=> x",
        "-1", " [000] ", " [001] d..1. 1.000000: ", "CPU:1 [LOST ", "##### CPU 3 buffer started ####",
        "# tracer: nop\n",
        "# entries-in-buffer/entries-written: 1/18446744073709551615", "cpus=2\n", " us | ", "9223372036854775807",
        "9223372036.999999: ", " <- ", " ==> ", "sys_", "NR ", ": ", "<stack trace>", "PERF_RECORD_LOST", "\u{FF}",
        "                                                                                        ", "0x", "msg=",
        "CPU:",
    ]

    @Test func whatTheFuzzerHasFoundNeverStopsTheReader() throws {
        let seeds = try RecordedTrace.seeds("TextSeeds")
        #expect(seeds.count >= 100)
        for (index, seed) in seeds.enumerated() {
            for format in [nil] + TextTraceFormat.allCases.map(Optional.some) { check(seed, format, "seed \(index)") }
        }
    }

    @Test func damagedTracesNeverStopTheReader() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let traces = try Self.kept.map { try keptTrace($0) }
        for round in 0..<500 {
            let trace = try #require(traces.randomElement(using: &generator))
            let bytes = Self.damage(Self.excerpt(trace, &generator), &generator)
            let format =
                Bool.random(using: &generator) ? nil : TextTraceFormat.allCases.randomElement(using: &generator)
            check(bytes, format, "seed \(seed), round \(round)")
        }
    }

    @Test func bytesNeverStopTheReader() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array(" \t\n-[]().:|/*<=>0123456789abcdefx_,{}#+\"d".utf8)
        for round in 0..<200 {
            let isText = round % 2 == 0
            let bytes = (0..<Int.random(in: 0...2000, using: &generator)).map { _ -> UInt8 in
                isText
                    ? alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                    : UInt8.random(in: 0...255, using: &generator)
            }
            for format in TextTraceFormat.allCases { check(bytes, format, "seed \(seed), round \(round)") }
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: TextTraceFormat.allCases)
    func longLinesAreReadInOnePass(_ format: TextTraceFormat) {
        let heads = [
            "", "            bash-102     [001] d..1.   118.151857: console: ", " 1)               |  /* ",
            "            bash-102     [001] d..1.   118.151857: e: ", "x: a=\"", "(", "a     102   1 1 1 1 ",
        ]
        let tails = ["", " ms (+1.000ms): x", "\" ", ") <-"]
        for (index, text) in Self.stumbling.enumerated() where !text.contains("\n") {
            let many = String(repeating: text, count: 24_000 / text.utf8.count)
            check(Array((heads[index % heads.count] + many + tails[index % tails.count] + "\n").utf8), format, text)
        }
        let brackets = String(repeating: "[a]", count: 100_000)
        check(Array("\(brackets) ms (+1.000ms): x\n".utf8), format, "brackets")
    }

    private func check(_ bytes: [UInt8], _ format: TextTraceFormat?, _ hint: String) {
        let reading = readTrace(bytes, format: format)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(\.startIndex)
        #expect(reading.summary.error == nil, "\(hint)")
        #expect(reading.summary.records == reading.records.count, "\(hint)")
        #expect(reading.summary.bytes == (reading.summary.format == nil ? 0 : bytes.count), "\(hint)")
        #expect(reading.summary.events <= lines.count, "\(hint)")
        let places =
            reading.records.map(\.place) + reading.summary.losses.map(\.place) + reading.summary.unrecognisedPlaces
        for place in places {
            guard let line = place.line, lines.indices.contains(line - 1) else {
                Issue.record("no such line: \(place), \(hint)")
                continue
            }
            #expect(place.offset == lines[line - 1], "\(hint)")
        }
        #expect(reading.records.map(\.place.offset) == reading.records.map(\.place.offset).sorted(), "\(hint)")
    }

    private static func excerpt(_ trace: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        let start = Int.random(in: 0..<trace.count, using: &generator)
        return Array(trace[start..<min(trace.count, start + 1500)])
    }

    /// Flips, cuts, repeats, and inserts.
    private static func damage(_ trace: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = trace
        for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: bytes.insert(contentsOf: (stumbling.randomElement(using: &generator) ?? "").utf8, at: place)
            }
        }
        return bytes
    }

    @Test func headsAreReadBackWhateverTheTaskIsCalled() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var expected: [(task: TraceTask, cpu: Int, time: Int64)] = []
        var tracefs = ""
        var perf = ""
        for _ in 0..<2000 {
            let task = TraceTask(name: Self.comm(&generator), pid: Int.random(in: 0...4_194_304, using: &generator))
            let cpu = Int.random(in: 0...511, using: &generator)
            let seconds = Int.random(in: 0...9_999_999, using: &generator)
            let fraction = Int.random(in: 0...999_999, using: &generator)
            expected.append((task, cpu, Int64(seconds) * 1_000_000_000 + Int64(fraction) * 1000))
            let flags = Bool.random(using: &generator) ? " d.s2. " : " "
            let stamp = "\(Self.pad("\(seconds)", 5)).\(Self.digits(fraction, 6))"
            let comm = Self.pad(task.name, 16)
            let number = "[\(Self.digits(cpu, 3))]"
            tracefs += "\(comm)-\(task.pid)   \(number)\(flags)\(stamp): e: x=1\n"
            perf += "\(comm) \(Self.pad("\(task.pid)", 7)) \(number) \(stamp): klp:e: x=1\n"
        }
        for (text, format) in [(tracefs, TextTraceFormat.tracefs), (perf, .perfScript)] {
            let reading = readTrace(text, format: format)
            #expect(reading.records.count == expected.count, "seed \(seed)")
            for (record, (task, cpu, time)) in zip(reading.records, expected) {
                #expect(record.task == task, "seed \(seed)")
                #expect(record.cpu == cpu, "seed \(seed)")
                #expect(record.time == time, "seed \(seed)")
                #expect(record.name == "e", "seed \(seed)")
            }
        }
    }

    @Test func messagesAreReadBackWhateverTheyHold() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array(" ab:='\"[]()-><#|/*.0123\u{20AC}\t")
        let messages = (0..<2000).map { _ in
            String(
                (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                })
        }
        let head = "            bash-102     [001] d..1.   118.151857: "
        let tracefs = messages.map { "\(head)console: \($0)\n" }.joined()
        #expect(
            readTrace(tracefs, format: .tracefs).records.map { $0["msg"] } == messages.map { .text($0) }, "seed \(seed)"
        )
        let report = messages.map { "\(head)console:              \($0)\n" }.joined()
        #expect(
            readTrace(report, format: .traceCmd).records.map { $0["msg"] } == messages.map { .text($0) }, "seed \(seed)"
        )
    }

    @Test func filteringGivesThatPartOfAllRecords() throws {
        for name in Self.kept {
            let trace = try keptTrace(name)
            let all = readTrace(trace)
            for wanted in Set(all.records.map(\.name)).prefix(8) {
                let some = readTrace(trace) { $0 == wanted }
                let byName = all.records.filter { $0.name == wanted }
                #expect(some.records.filter { $0.name == wanted } == byName, "\(name): \(wanted)")
                #expect(some.summary.counts == all.summary.counts, "\(name): \(wanted)")
                #expect(some.summary.losses == all.summary.losses, "\(name): \(wanted)")
            }
        }
    }

    @Test func logReadersKnowTracesAsTraces() throws {
        for name in Self.kept where !name.contains("raw") {
            #expect(try detectFormat(of: keptTrace(name)) == .trace, "\(name)")
        }
    }

    /// A comm: 1 to 15 bytes of anything that is no line's end. Blanks at its edges cannot be told from the column's.
    private static func comm(_ generator: inout SeededGenerator) -> String {
        let alphabet = Array("ab -:[]()/0179<>=._")
        let text = (0..<Int.random(in: 1...15, using: &generator)).map { _ in
            alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        }
        let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        return trimmed.isEmpty ? "x" : String(trimmed)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
