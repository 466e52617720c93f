import Conformance
import Foundation
import Livepatch
import LivepatchTrace
import TestSupport
import Testing

/// Traces that are damaged, or were made to harm: whatever is read of them is judged, and nothing traps.
struct DamageTests {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "FtraceTests").path

    private static let seeds: [String] = ["Seeds", "TextSeeds"].flatMap { folder in
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")) ?? []).sorted()
            .map { "\(directory)/\(folder)/\($0)" }
    }

    @Test func whatTheFuzzersFoundIsJudged() throws {
        #expect(Self.seeds.count > 200)
        let log = try Recording(name: "forced").log()
        for path in Self.seeds {
            guard let sets = try? evidence(log: log, traces: [contentOfFile(path)]) else { continue }
            for set in sets { _ = Analysis(of: set).verdict }
        }
    }

    @Test func changedBytesAreJudged() throws {
        let seed = UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        print("seed \(seed)")
        for name in ["module-going-in-transition", "pre-patch-fails-coming", "shadow", "stack-and-disable-order"] {
            let recording = Recording(name: name)
            let trace = try contentOfFile("\(Recording.directory)/\(name)/trace-events.txt.zst")
            let digits = Array("0123456789-xf".utf8)
            for _ in 0..<20 {
                var bytes = trace
                for _ in 0..<Int.random(in: 1...400, using: &random) {
                    let place = Int.random(in: bytes.indices, using: &random)
                    bytes[place] = digits.randomElement(using: &random) ?? 0
                }
                for set in try evidence(log: recording.log(), traces: [bytes]) { _ = Analysis(of: set).verdict }
            }
        }
    }

    @Test func numbersBeyondAllClocksAreStamps() throws {
        for stamp in ["9223372036854.775807", "99999999999999999999.000000", "-9223372036854.775808", "0.000000"] {
            var trace = HandMadeTrace()
            trace.enable("p")
            trace.complete("p", target: 1)
            let text = String(decoding: trace.bytes, as: UTF8.self).replacing("100.000010", with: stamp)
            let log = Array(
                "[ 99.000000] livepatch: 'p': starting patching transition\n[\(stamp)] livepatch: 'p': patching complete\n"
                    .utf8)
            for set in try evidence(log: log, traces: [Array(text.utf8)]) { _ = Analysis(of: set).verdict }
        }
    }

    @Test(arguments: ["events-v6", "callbacks-v7-zstd", "graph-v6"])
    func theEndOfAFileThatIsCutProvesNothing(_ name: String) throws {
        let seed = UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        let whole = try contentOfFile("\(Self.directory)/Traces/\(name).dat.zst")
        #expect(try analysis(traces: [whole]).findings.isEmpty)
        // Of some CPUs all is there, of others nothing, and of one a part.
        for _ in 0..<12 {
            let length = whole.count - Int.random(in: 1...whole.count / 20, using: &random)
            for set in try evidence(log: nil, traces: [Array(whole[..<length])]) {
                let analysis = Analysis(of: set)
                #expect(analysis.findings.isEmpty, "seed \(seed), \(length) of \(whole.count) bytes")
                #expect(set.traces.allSatisfy { !$0.trace.damage.isEmpty }, "seed \(seed), \(length) bytes")
            }
        }
    }

    @Test func aTextThatEndsInALineBeforeItsHeaderSaysIsCut() throws {
        let whole = try contentOfFile("\(Recording.directory)/test-callbacks/trace-events.txt.zst")
        let cut = Array(whole[..<300_000])
        #expect(cut.last != UInt8(ascii: "\n"))
        let damage = { (bytes: [UInt8]) in
            try evidence(log: nil, traces: [bytes]).flatMap(\.traces).flatMap(\.trace.damage)
        }
        #expect(try damage(cut).first?.hasPrefix("ends in the middle of line") == true)
        #expect(try damage(whole).isEmpty)
        // Somebody who leaves lines out keeps the header.
        #expect(try damage(Array(whole[...(whole[..<300_000].lastIndex(of: UInt8(ascii: "\n")) ?? 0)])).isEmpty)
    }
}
