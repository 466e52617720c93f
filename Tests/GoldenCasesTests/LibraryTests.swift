import GoldenCases
import Livepatch
import Scenarios
import Testing
import Timeline

/// The golden library holds: every kept prediction is what the engine says, and every recorded run agrees with it.
@Suite struct LibraryTests {
    private let cases: [GoldenCase]

    init() throws { cases = try GoldenCase.all(below: Repository.root) }

    @Test func everyCaseHolds() throws {
        for golden in cases {
            let check = try CaseCheck(golden)
            #expect(check.outcome == .passed, "\(golden.name): see klp-verify golden check \(golden.name)")
        }
    }

    @Test func everyPredictedLineIsFoundInEveryRun() throws {
        for golden in cases {
            for log in try CaseCheck(golden).logs {
                #expect(log.check.matchedCount == log.check.lines.count, "\(log.path)")
            }
        }
    }

    @Test func everyPredictionConformsToTheRules() throws {
        for golden in cases {
            let scenario = try golden.scenario()
            for generation in scenario.generations {
                let text = try SmallFile.text(of: golden.expectedPath(generation))
                let prediction = ScenarioPrediction(of: scenario, name: golden.name)
                let source = Source(text: text.utf8, name: golden.name, index: 0, needles: prediction.needles)
                let check = try prediction.check(source, generation)
                #expect(check.outcome == .passed, "\(golden.name) \(generation.rawValue) \(check.findings.map(\.rule))")
            }
        }
    }

    @Test func thereAreSixtyCasesAndMore() { #expect(cases.count >= 60) }

    @Test func summariesAreSentences() throws {
        for golden in cases { #expect(try golden.scenario().summary.hasSuffix("."), "\(golden.name)") }
    }
}
