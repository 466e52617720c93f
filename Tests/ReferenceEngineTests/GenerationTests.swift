import Livepatch
import ReferenceEngine
import Testing

@Suite("Generations")
struct GenerationTests {
    @Test("a made-up one takes one row: what it is like, and what is other in it")
    func madeUp() {
        let strict = Generation.linux55.proposal("made-up") { $0.stackOrder = .enforced }
        let manifest = Manifest(livepatches: ["a", "b"].map { LivepatchDescription(name: $0, objects: []) })
        var states: [Generation: [RuleID]] = [:]
        for generation in [Generation.linux55, strict] {
            let engine = ReferenceEngine(generation: generation, manifest: manifest)
            var state = EngineState()
            for patch in ["a", "b"] {
                state = engine.perform(.enable(patch: patch, outcome: .started), on: state).state
                state = engine.perform(.completeTransition(patch: patch), on: state).state
            }
            let prediction = engine.perform(.disable(patch: "a"), on: state)
            #expect(
                prediction.expectations.map(\.event.message) == [.initializing, .starting], "\(generation.rawValue)")
            states[generation] = prediction.objections.map(\.rule)
        }
        #expect(states == [.linux55: [], strict: [.stackOrder]])
    }

    @Test("a proposal prints what the kernel prints that it was written for")
    func lines() {
        for generation in Generation.proposals {
            #expect(generation.isProposal && !generation.kernel.isProposal, "\(generation.rawValue)")
            for message in [MessageID.enabling, .initializing, .completing, .applying] {
                #expect(
                    Catalogue.level(of: message, for: generation)
                        == Catalogue.level(of: message, for: generation.kernel))
            }
        }
    }

    @Test("each has a name of its own, by which it is found")
    func names() {
        #expect(Set(Generation.allCases.map(\.rawValue)).count == Generation.allCases.count)
        #expect(Generation.allCases.allSatisfy { Generation(rawValue: $0.rawValue) == $0 })
        #expect(Generation(rawValue: "linux-9.9") == nil)
        #expect(Generation.allCases == Generation.allCases.sorted())
    }

    @Test("no log is judged by a proposal unless a line says so")
    func evidence() {
        #expect(GenerationSet.all.members == Generation.released)
        #expect(GenerationSet.since(.linux55).contains(.replaceSet2026))
        #expect(!GenerationSet.before(.linux55).contains(.replaceSet2026))
        #expect(!GenerationSet.only(.replaceSet2026).contains(.linux55))
    }
}
