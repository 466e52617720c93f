import Testing

@testable import ByteScan

@Test func aMatchComesWithItsContext() {
    var source = ByteSource(bytes: Array("a\nb\nneedle\nc\nd".utf8), name: "memory")
    var seen: [String] = []
    let summary = scanLines(
        of: &source, filter: LineFilter(needles: ["eed"]), contextBefore: 1, contextAfter: 1
    ) { line, bytes in
        let text = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        seen.append("\(line.number) \(line.offset) \(line.isMatch) \(text)")
    }
    #expect(seen == ["2 2 false b", "3 4 true needle", "4 11 false c"])
    #expect(summary == ScanSummary(lines: 5, bytes: 14))
}
