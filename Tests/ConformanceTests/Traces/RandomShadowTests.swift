import Conformance
import FoundationEssentials
import TestSupport
import Testing

/// Random calls of the shadow variable API, by a kernel that does right, and with one result changed.
///
/// `KLP_SHADOW_TRACES=100000` tries more than the few of every day.
@Suite("Random traced calls about shadow variables")
struct RandomShadowTests {
    private static var count: UInt64 {
        ProcessInfo.processInfo.environment["KLP_SHADOW_TRACES"].flatMap { UInt64($0) } ?? 300
    }

    @Test func legalCallsBreakNoRule() throws {
        var verified = 0
        var calls = 0
        for seed in 0..<Self.count {
            let random = RandomShadowTrace(seed: seed, calls: 40, overlaps: seed % 4 > 0)
            let analysis = try random.trace.analysis()
            #expect(analysis.brokenRules == [], "seed \(seed)")
            verified += analysis.tracedUse?.verified ?? 0
            calls += analysis.tracedUse?.calls ?? 0
        }
        print("random shadow traces: \(verified) of \(calls) calls verified")
        #expect(verified * 4 > calls)
    }

    @Test func aChangedResultIsMostlyFound() throws {
        var found = 0
        for seed in 0..<Self.count {
            var random = SeededGenerator(seed: seed &+ 1_000_000)
            let trace = RandomShadowTrace(seed: seed, calls: 40, overlaps: false).trace
            let text = trace.text.split(separator: "\n", omittingEmptySubsequences: false)
            let places = text.indices.filter { text[$0].contains("_ret: ") && text[$0].contains(" ret=0x") }
            // The first results about each pair tell what is known; those behind the middle have something to contradict.
            guard let place = places.dropFirst(places.count / 2).randomElement(using: &random),
                let start = text[place].firstRange(of: " ret=")?.upperBound
            else { continue }
            var changed = text
            let isNull = text[place][start...] == "0x0"
            changed[place] = text[place][..<start] + (isNull ? ShadowTrace.pointer(5000) : "0x0")
            if !(try ShadowTrace.analysis(changed.joined(separator: "\n")).brokenRules.isEmpty) { found += 1 }
        }
        print("random shadow traces: \(found) of \(Self.count) changed results found")
        #expect(found * 2 > Int(Self.count))
    }
}
