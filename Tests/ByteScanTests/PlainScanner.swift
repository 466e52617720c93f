@testable import ByteScan

/// A delivered line with a copy of its bytes.
struct Delivery: Hashable {
    var line: ScannedLine
    var bytes: [UInt8]
}

/// What a scan should be asked for.
struct ScanOptions {
    var needles: [String]?
    var contextBefore = 0
    var contextAfter = 0
    var maximumLineLength = 65_536
    var chunkSize = 262_144
}

/// The scanner in its plainest form: all lines in memory, each asked by itself.
func plainScan(_ bytes: [UInt8], _ options: ScanOptions) -> (deliveries: [Delivery], summary: ScanSummary) {
    var lines: [(offset: Int, bytes: ArraySlice<UInt8>)] = []
    var start = 0
    while start < bytes.count {
        let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
        lines.append((start, bytes[start..<end]))
        start = end + 1
    }
    let matches = lines.map { line in
        guard let needles = options.needles else { return true }
        let kept = Array(line.bytes.prefix(options.maximumLineLength))
        return needles.contains { contains(kept, Array($0.utf8)) }
    }
    var summary = ScanSummary(lines: lines.count, bytes: bytes.count)
    var deliveries: [Delivery] = []
    for (index, line) in lines.enumerated() {
        let near = max(0, index - options.contextAfter)...min(lines.count - 1, index + options.contextBefore)
        guard matches[near].contains(true) else { continue }
        let isTruncated = line.bytes.count > options.maximumLineLength
        if isTruncated { summary.truncatedLines += 1 }
        let place = ScannedLine(
            number: index + 1, offset: line.offset, isMatch: matches[index], isTruncated: isTruncated)
        deliveries.append(Delivery(line: place, bytes: Array(line.bytes.prefix(options.maximumLineLength))))
    }
    return (deliveries, summary)
}

private func contains(_ line: [UInt8], _ needle: [UInt8]) -> Bool {
    guard !needle.isEmpty, needle.count <= line.count else { return false }
    return (0...line.count - needle.count).contains { line[$0..<$0 + needle.count].elementsEqual(needle) }
}

/// The scanner under test, its deliveries collected.
func fastScan(
    _ source: consuming ByteSource, _ options: ScanOptions
) -> (deliveries: [Delivery], summary: ScanSummary) {
    var deliveries: [Delivery] = []
    var source = source
    let summary = scanLines(
        of: &source, filter: options.needles.map(LineFilter.init), contextBefore: options.contextBefore,
        contextAfter: options.contextAfter, maximumLineLength: options.maximumLineLength,
        chunkSize: options.chunkSize
    ) { line, bytes in
        deliveries.append(Delivery(line: line, bytes: bytes.withUnsafeBufferPointer(Array.init)))
    }
    return (deliveries, summary)
}
