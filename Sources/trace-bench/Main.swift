import Ftrace
import Glibc
import TraceSynthesis

/// Measures the reader of `trace.dat` beside trace-cmd, and makes the files for that; see tools/bench.
@main
struct TraceBench {
    private static let usage = """
        trace-bench read FILE [SYSTEM | SYSTEM:EVENT]...
        trace-bench inspect FILE
        trace-bench repeat FILE COPIES NEW-FILE (6 | none | zstd | zlib | frames)
        trace-bench cut FILE NEW-FILE (6 | none | zstd | zlib) WORD...
        """

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do throws(TraceFileError) {
            switch (arguments.first, arguments.count) {
            case ("read", 2...): read(try TraceFile(path: arguments[1]), Array(arguments.dropFirst(2)))
            case ("inspect", 2): inspect(try TraceFile(path: arguments[1]))
            case ("repeat", 5):
                guard let copies = Int(arguments[2]), copies > 0 else { fail(usage) }
                var content = try TraceFileContent(TraceFile(path: arguments[1]))
                content.repeatPages(copies)
                write(content, as: arguments[4], to: arguments[3])
            case ("cut", 4...):
                var content = try TraceFileContent(TraceFile(path: arguments[1]))
                let words = arguments.dropFirst(4).map { Array($0.utf8) }
                content.keepSymbols { line in words.contains { contains(line, $0) } }
                write(content, as: arguments[3], to: arguments[2])
            default: fail(usage)
            }
        } catch {
            fail("\(arguments[1]) \(error)")
        }
    }

    private static func fail(_ text: String) -> Never {
        let line = Array("\(text)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, line, line.count)
        exit(2)
    }

    private static func contains(_ line: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
        line.indices.contains { line[$0...].starts(with: word) }
    }

    private static func write(_ content: TraceFileContent, as format: String, to path: String) {
        let bytes: [UInt8]
        if format == "6" {
            bytes = TraceFileWriter.version6(content)
        } else if format == "frames" {
            bytes = TraceFileWriter.frames(content)
        } else if let compression = TraceFileWriter.Compression(rawValue: format) {
            bytes = TraceFileWriter.version7(content, compression)
        } else {
            fail(usage)
        }
        guard let file = fopen(path, "w") else { fail("\(path) cannot be written.") }
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten else { fail("\(path) cannot be written.") }
    }

    /// Prints how many records there are, and the last one.
    private static func read(_ trace: TraceFile, _ names: [String]) {
        var last: TraceRecord?
        let systems = names.filter { !$0.contains(":") }
        let events = Set(names)
        let selection = TraceSelection { system, name in
            systems.contains(system) || systems.count < events.count && events.contains("\(system):\(name)")
        }
        let reading = trace.read(selection) { last = $0 }
        print("\(reading.records) records, \(reading.loss.count) losses, \(reading.damageCount) errors")
        if let last { print(last) }
        for error in reading.damage.prefix(10) { print(error) }
    }

    private static func inspect(_ trace: TraceFile) {
        let inspection = trace.inspect()
        for buffer in inspection.buffers {
            print("buffer '\(buffer.instance ?? "")', clock \(buffer.clock ?? "not known")")
            for cpu in buffer.cpus { print("  CPU \(cpu.id): \(cpu.pages) pages, \(cpu.events) events") }
        }
        for event in inspection.events { print("\(event.count)\t\(event.system ?? "?"):\(event.name)") }
        for option in inspection.options { print(option.name, option.text ?? "\(option.bytes.count) bytes") }
        for loss in inspection.loss { print(loss) }
        for error in inspection.damage { print(error) }
    }
}
