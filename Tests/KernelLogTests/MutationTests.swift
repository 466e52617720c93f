import TestSupport
import Testing

@testable import KernelLog

/// Damaged input is read to its end, in every format, with true places.
@Suite struct MutationTests {
    static let texts = [
        OneRun.plain, OneRun.ctime, OneRun.decoded, OneRun.decodedCtime, OneRun.iso, OneRun.delta, OneRun.reltime,
        OneRun.raw,
        OneRun.kmsg, OneRun.json, "6,416,1,-,ncfrag=0/22;livepatch: \n6,416,1,-,ncfrag=11/22;in two parts\n",
        "Panic#1 Part1\n<5>[   20.701439] livepatch: c\nPanic#1 Part2\n<5>[   10.000000] livepatch: a\n",
        "Jan 20 08:28:47 host kernel: [13445.280205] livepatch: x\n03:49:13.371936 kernel livepatch: x\n",
        "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[112,97,116,99,104,255],\"PRIORITY\":\"5\",\"X\":{\"a\":[{}]}}\n",
        "__CURSOR=s\nMESSAGE\n\u{5}\0\0\0\0\0\0\0patch\n_TRANSPORT=kernel\n\n__CURSOR=t\nMESSAGE=patch\n\n",
        "+++ result\n@@ -1,3 +1,3 @@ x\n patch\n-patch\n+patch \n[    1.000000] ** 3 printk messages dropped ** [    1.3000] patch\n",
        "h login: [    1.000000][   T31] \u{1B}[32mpatch\u{1B}[0m\r\n>   [Sat Sep  6 11:00:20 2025] patch starting patc=\nhing=20\n",
    ].map { Array($0.utf8) }

    @Test func damagedInputNeverStopsTheReader() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1500 {
            guard let text = MutationTests.texts.randomElement(using: &generator) else { return }
            let bytes = MutationTests.mutate(text, &generator)
            let format = Bool.random(using: &generator) ? nil : LogFormat.allCases.randomElement(using: &generator)
            let needles = Bool.random(using: &generator) ? [] : ["patch"]
            let reading = read(bytes, needles: needles, format: format)
            #expect(reading.summary.error == nil)
            #expect(reading.summary.recordsDelivered == reading.records.count, "seed \(seed)")
            #expect(reading.summary.contextsDelivered == reading.context.count, "seed \(seed)")
            #expect(reading.summary.losses == reading.losses.count, "seed \(seed)")
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).count
            for record in reading.records + reading.context {
                #expect((1...lines).contains(record.place.line), "seed \(seed)")
                #expect((0..<bytes.count).contains(record.place.offset), "seed \(seed)")
            }
        }
    }

    /// Flips, cuts, repeats, and inserts what parsers stumble over.
    private static func mutate(_ text: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = text
        let stumbling = [
            "99999999999999999999", "\0", "\u{1B}[", "=\n", "\\u", "\\ud800", "\"", "{", "]", "[",
            "** 1 printk messages dropped **",
            "\n", "\r", ",", ";", "[    1.000000] ", "<191>", "@@ -1,99999 +1,99999 @@", "MESSAGE\n", "ncfrag=5/3",
            "# ", "> ",
        ]
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(position...)
            case 2: bytes.removeSubrange(..<position)
            case 3: bytes.insert(contentsOf: (stumbling.randomElement(using: &generator) ?? "").utf8, at: position)
            default: bytes += bytes[position...]
            }
        }
        return bytes
    }
}
