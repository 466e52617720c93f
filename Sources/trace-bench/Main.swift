import Ftrace

/// Measures the reader of `trace.dat` beside trace-cmd; see tools/bench.
@main
struct TraceBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let command = arguments.first, let path = arguments.dropFirst().first else { return usage() }
        do throws(TraceFileError) {
            switch command {
            case "read": read(try TraceFile(path: path), Array(arguments.dropFirst(2)))
            case "inspect": inspect(try TraceFile(path: path))
            default: usage()
            }
        } catch {
            print("\(path) \(error)")
        }
    }

    static func usage() {
        print("trace-bench read FILE [SYSTEM[:EVENT]...] | inspect FILE")
    }

    /// Prints how many records there are, and the last one.
    static func read(_ trace: TraceFile, _ names: [String]) {
        var last: TraceRecord?
        let reading = trace.read { system, name in
            names.contains(system) || names.contains("\(system):\(name)")
        } body: {
            last = $0
        }
        print("\(reading.records) records, \(reading.loss.count) losses, \(reading.damageCount) errors")
        if let last { print(last) }
        for error in reading.damage.prefix(10) { print(error) }
    }

    static func inspect(_ trace: TraceFile) {
        let inspection = trace.inspect()
        for buffer in inspection.buffers { print(buffer) }
        for event in inspection.events { print("\(event.count)\t\(event.system ?? "?"):\(event.name)") }
        for option in inspection.options { print(option.name, option.text ?? "\(option.bytes.count) bytes") }
        for loss in inspection.loss { print(loss) }
        for error in inspection.damage { print(error) }
    }
}
