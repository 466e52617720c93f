import TestSupport
import Testing

@testable import ByteScan

@Test func aMatchComesWithItsContext() {
    let text = Array("a\nb\nneedle\nc\nd".utf8)
    let seen = fastScan(
        ByteSource(bytes: text, name: "memory"), ScanOptions(needles: ["eed"], contextBefore: 1, contextAfter: 1))
    let texts = seen.deliveries.map { delivery in
        "\(delivery.line.number) \(delivery.line.offset) \(delivery.line.isMatch) "
            + String(decoding: delivery.bytes, as: UTF8.self)
    }
    #expect(texts == ["2 2 false b", "3 4 true needle", "4 11 false c"])
    #expect(seen.summary == ScanSummary(lines: 5, bytes: 14))
}

@Test func withoutAFilterEveryLineIsAMatch() {
    let options = ScanOptions(needles: nil, chunkSize: 3)
    let text = Array("one\r\n\n\0two\nthree".utf8)
    let seen = fastScan(ByteSource(bytes: text, name: "memory"), options)
    #expect(seen.deliveries.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one\r", "", "\0two", "three"])
    #expect(seen.deliveries.allSatisfy { $0.line.isMatch })
}

@Test func needlesThatAreEmptyOrHoldANewlineAreInNoLine() {
    let text = Array("a\nb\n".utf8)
    #expect(fastScan(ByteSource(bytes: text, name: "memory"), ScanOptions(needles: ["", "a\nb"])).deliveries == [])
    #expect(fastScan(ByteSource(bytes: text, name: "memory"), ScanOptions(needles: [])).summary.lines == 2)
}

@Test func aNeedleAcrossTheEdgeOfWhatIsKeptDoesNotCount() {
    let text = Array("xxneedle\nxneedle\n".utf8)
    let options = ScanOptions(needles: ["needle"], maximumLineLength: 7)
    let seen = fastScan(ByteSource(bytes: text, name: "memory"), options).deliveries
    #expect(seen.map(\.line.number) == [2])
    #expect(seen.map(\.line.isTruncated) == [false])
}

@Test(arguments: [0, 10, 0x78] as [UInt8]) func aHugeLineTakesLittleMemoryAndTime(filler: UInt8) {
    // 64 MiB of one byte: NULs, newlines, or letters without a newline; then a line with a needle.
    let text = [UInt8](repeating: filler, count: 64 << 20) + Array("\nneedle".utf8)
    var source = ByteSource(bytes: text, name: "memory")
    var matches: [ScannedLine] = []
    let summary = scanLines(
        of: &source, filter: LineFilter(needles: ["needle"]), contextBefore: 0, contextAfter: 0
    ) { line, _ in matches.append(line) }
    #expect(summary.lines == (filler == 10 ? 2 + 64 << 20 : 2))
    #expect(matches.map(\.offset) == [1 + 64 << 20])
}

@Test(arguments: 0..<60 as Range<UInt64>) func theFastScannerAgreesWithThePlainOne(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
        let text = randomText(&random)
        let options = ScanOptions(
            needles: randomNeedles(from: text, &random), contextBefore: .random(in: 0...4, using: &random),
            contextAfter: .random(in: 0...4, using: &random),
            maximumLineLength: [1, 5, 64, 65_536].randomElement(using: &random) ?? 1,
            chunkSize: [1, 2, 7, 16, 64, 1000, 262_144].randomElement(using: &random) ?? 1)
        let fast = fastScan(ByteSource(bytes: text, name: "memory"), options)
        let plain = plainScan(text, options)
        #expect(fast.summary == plain.summary, "seed \(seed), \(options)")
        #expect(fast.deliveries == plain.deliveries, "seed \(seed), \(options)")
    }
}

@Test func manyNeedlesShareBuckets() {
    var random = SeededGenerator(seed: 7)
    let needles = (0..<400).map { _ in
        String(decoding: (0..<3).map { _ in UInt8.random(in: 33...126, using: &random) }, as: UTF8.self)
    }
    let text = (0..<20_000).map { _ in
        UInt8.random(in: 0..<30, using: &random) == 0 ? 10 : UInt8.random(in: 33...126, using: &random)
    }
    let options = ScanOptions(needles: needles)
    let seen = fastScan(ByteSource(bytes: text, name: "memory"), options)
    #expect(seen.deliveries == plainScan(text, options).deliveries)
}

/// Lines with lengths around the blocks and strips of the search, of few letters so that needles nearly match.
private func randomText(_ random: inout SeededGenerator) -> [UInt8] {
    let alphabets: [[UInt8]] = [Array("ab".utf8), Array("abcdefgh :".utf8), Array(0...255), [0, 13, 0x61, 0xFF, 0xC3]]
    let alphabet = alphabets.randomElement(using: &random) ?? [0]
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...60, using: &random) {
        let length = [0, 1, 5, 15, 16, 17, 31, 33, 64, 300, 1030].randomElement(using: &random) ?? 0
        text += (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        text += Bool.random(using: &random) ? [10] : [13, 10]
    }
    if Bool.random(using: &random), !text.isEmpty { text.removeLast() }
    return text
}

/// Needles that are valid UTF-8, mostly cut out of the text.
private func randomNeedles(from text: [UInt8], _ random: inout SeededGenerator) -> [String]? {
    guard Int.random(in: 0..<10, using: &random) > 0 else { return nil }
    return (0..<Int.random(in: 1...5, using: &random)).map { _ in
        let length = Int.random(in: 1...12, using: &random)
        guard text.count > length, Int.random(in: 0..<4, using: &random) > 0 else {
            return String(repeating: "ab", count: length)
        }
        let start = Int.random(in: 0..<text.count - length, using: &random)
        let cut = text[start..<start + length].filter { $0 < 128 && $0 != 10 }
        return String(decoding: cut, as: UTF8.self)
    }
}
