import ByteScan
import Testing

@testable import KernelLog

/// Everything that reading a text gave.
struct Reading {
    var items: [LogItem] = []
    var summary: ReadSummary

    var records: [LogRecord] {
        items.compactMap { if case .record(let record) = $0 { record } else { nil } }
    }
    var context: [LogRecord] {
        items.compactMap { if case .context(let record) = $0 { record } else { nil } }
    }
    var losses: [Loss] {
        items.compactMap { if case .loss(let loss) = $0 { loss } else { nil } }
    }
    var messages: [String] { records.map(\.message) }
}

func read(_ bytes: [UInt8], needles: [String] = ["patch"], format: LogFormat? = nil) -> Reading {
    var source = ByteSource(bytes: bytes, name: "test")
    var items: [LogItem] = []
    let summary = LogReader(source: 7, needles: needles, format: format).read(&source) { items.append($0) }
    return Reading(items: items, summary: summary)
}

func read(_ text: String, needles: [String] = ["patch"], format: LogFormat? = nil) -> Reading {
    read(Array(text.utf8), needles: needles, format: format)
}

/// The only record of a text that holds one.
func record(_ text: String, needles: [String] = ["patch"]) throws -> LogRecord {
    let reading = read(text, needles: needles)
    try #require(reading.records.count == 1, "\(reading.items)")
    return try #require(reading.records.first)
}
