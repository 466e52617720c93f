@testable import Ftrace

/// A trace of made-up events, for both byte orders and both sizes of a long.
struct SyntheticTrace {
    let isBigEndian: Bool
    let longSize: Int
    var buffers: [TraceFileContent.Buffer] = []
    var options: [(id: Int, bytes: [UInt8])] = []
    var kallsyms = ""
    var printkFormats = ""
    var commandLines = "1 init\n42 a task: with [all] - of it\n"
    private var formats: [(system: String, texts: [String])] = []

    init(isBigEndian: Bool = false, longSize: Int = 8) {
        self.isBigEndian = isBigEndian
        self.longSize = longSize
    }

    private static let common = """
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
        \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
        \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
        \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;


        """

    /// Adds a format; fields as `int refcnt;8;4;1`.
    mutating func format(_ system: String, _ name: String, id: Int, _ fields: [String]) {
        let lines = fields.map { field in
            let parts = field.split(separator: ";")
            return "\tfield:\(parts[0]);\toffset:\(parts[1]);\tsize:\(parts[2]);\tsigned:\(parts[3]);\n"
        }
        let text = "name: \(name)\nID: \(id)\nformat:\n\(Self.common)\(lines.joined())\nprint fmt: \"%d\", REC->x\n"
        if let index = formats.firstIndex(where: { $0.system == system }) {
            formats[index].texts.append(text)
        } else {
            formats.append((system, [text]))
        }
    }

    private func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }

    private func sized(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }

    var content: TraceFileContent {
        let header = """
            \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
            \tfield: local_t commit;\toffset:8;\tsize:\(longSize);\tsigned:1;
            \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
            \tfield: char data;\toffset:\(8 + longSize);\tsize:4080;\tsigned:1;

            """
        let tracers: [String] = formats.filter { $0.system == "ftrace" }.flatMap { $0.texts }
        let systems = formats.filter { $0.system != "ftrace" }
        var events = bytes(UInt32(systems.count))
        for system in systems {
            events += Array(system.system.utf8) + [0]
            events += bytes(UInt32(system.texts.count))
            for text in system.texts { events += sized(text) }
        }
        let info: [UInt8] = Array("header_page\0".utf8) + sized(header) + Array("header_event\0".utf8) + sized("x")
        let symbols: [UInt8] = bytes(UInt32(kallsyms.utf8.count)) + Array(kallsyms.utf8)
        let printks: [UInt8] = bytes(UInt32(printkFormats.utf8.count)) + Array(printkFormats.utf8)
        var tracing = bytes(UInt32(tracers.count))
        for text in tracers { tracing += sized(text) }
        return TraceFileContent(
            isBigEndian: isBigEndian, longSize: longSize, pageSize: 4_096,
            sections: [
                .headerInfo: info, .ftraceFormats: tracing, .eventFormats: events, .symbols: symbols,
                .printkFormats: printks, .commandLines: sized(commandLines),
            ],
            options: options, buffers: buffers)
    }

    /// The first bytes of an event: its number, flags, preempt count and pid.
    func head(_ id: Int, pid: Int32) -> [UInt8] { bytes(UInt16(id)) + [0, 0] + bytes(pid) }

    /// A number of a long's size.
    func long(_ value: UInt64) -> [UInt8] {
        longSize == 8 ? bytes(value) : bytes(UInt32(truncatingIfNeeded: value))
    }

    func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] { bytes(value) }

    func page(time: UInt64) -> PageBuilder { PageBuilder(time: time, isBigEndian: isBigEndian, longSize: longSize) }

    mutating func buffer(_ instance: String = "", clock: String = "mono", _ cpus: [[UInt8]]) {
        buffers.append(
            TraceFileContent.Buffer(
                instance: instance, clock: clock, pageSize: 4_096,
                cpus: cpus.enumerated().map { TraceFileContent.CPU(id: $0.offset, pages: $0.element) }))
    }
}

extension TraceFile {
    /// All records, and what else the reading met.
    func all(_ functions: @escaping (String) -> Bool = { _ in true }) -> ([TraceRecord], TraceFileReading) {
        var records: [TraceRecord] = []
        var selection = TraceSelection { _, _ in true }
        selection.functions = functions
        let reading = read(selection) { records.append($0) }
        return (records, reading)
    }
}
