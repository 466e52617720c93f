import Livepatch
import Reconstruction
import Testing

@Suite("What the engine prints is grouped as the engine did it")
struct EngineAgreementTests {
    private static let seeds: [UInt64] = {
        let new = UInt64.random(in: 1...UInt64.max)
        print("new seed of this run: \(new)")
        return Array(1...12) + [new]
    }()

    @Test(arguments: seeds, Generation.allCases)
    func everyOperationIsOneSectionThatNamesIt(seed: UInt64, generation: Generation) {
        agrees(RandomStory(generation, seed: seed, length: 200, callbacks: true))
    }

    @Test(arguments: seeds, Generation.allCases)
    func alsoWithoutCallbacks(seed: UInt64, generation: Generation) {
        agrees(RandomStory(generation, seed: seed, length: 200, callbacks: false))
    }

    @Test(arguments: seeds, Generation.allCases)
    func alsoWithoutDebugLines(seed: UInt64, generation: Generation) {
        agrees(RandomStory(generation, seed: seed, length: 200, callbacks: true).withoutDebugLines)
    }

    /// One section after the other, each with the lines of its operation.
    private func agrees(_ story: RandomStory) {
        #expect(story.chapters.count > 10)
        let found = sections(story.chapters.flatMap(\.lines).joined(separator: "\n"))
        let expected = story.chapters.map { $0.lines }
        let seen = found.map { $0.observations.map(\.record.message) }
        for (place, pair) in zip(expected, seen).enumerated() where pair.0 != pair.1 {
            Issue.record("operation \(story.chapters[place].operation):\n\(pair.0)\nbecame\n\(pair.1)")
            return
        }
        #expect(found.count == story.chapters.count)
        for (chapter, section) in zip(story.chapters, found) {
            let candidates = section.candidates
            #expect(candidates.contains(chapter.operation), "\(chapter.lines)")
        }
    }
}
