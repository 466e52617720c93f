import ByteScan
import Foundation
import Testing

@testable import Ftrace

/// Everything that reading a text trace gave.
struct TextReading {
    var records: [TraceRecord]
    var summary: TextTraceSummary
}

func readTrace(
    _ bytes: [UInt8], format: TextTraceFormat? = nil, wanted: @escaping (String) -> Bool = { _ in true }
) -> TextReading {
    let (records, summary) = TextTraceReader(source: 7, format: format, wanted: wanted).read(bytes)
    return TextReading(records: records, summary: summary)
}

func readTrace(
    _ text: String, format: TextTraceFormat? = nil, wanted: @escaping (String) -> Bool = { _ in true }
) -> TextReading {
    readTrace(Array(text.utf8), format: format, wanted: wanted)
}

/// The only record of a text.
func traceRecord(_ text: String, _ format: TextTraceFormat = .tracefs) throws -> TraceRecord {
    let reading = readTrace(text, format: format)
    try #require(reading.records.count == 1, "\(reading)")
    return try #require(reading.records.first)
}

/// The fields of an event whose text is given, as tracefs writes it.
func fields(_ event: String) throws -> [String: TraceField.Value] {
    let record = try traceRecord("            bash-102     [001] d..1.   118.151857: \(event)\n")
    return Dictionary(record.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
}

/// A kept trace.
func keptTrace(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appending(path: "Traces/Text/\(name)")))
}

extension TraceRecord {
    /// A field's value.
    subscript(_ name: String) -> TraceField.Value? { fields.first { $0.name == name }?.value }

    /// What every rendering of an event shows: what it is, and the arguments that tell what the kernel did.
    var essence: String {
        let telling: Set<String> = [
            "name", "mod", "patch", "obj", "ret", "msg", "sig", "comm", "pid", "group", "result", "refcnt", "target",
            "state", "fd", "flags", "buf", "sa_handler", "id", "size",
        ]
        let shown = fields.filter { telling.contains($0.name) }.sorted { $0.name < $1.name }
        return "\(kind) \(name) \(shown.map { "\($0.name)=\($0.value)" }.joined(separator: " "))"
    }
}
