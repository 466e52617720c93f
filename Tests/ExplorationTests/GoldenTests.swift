import Foundation
import Livepatch
import Scenarios
import Simulation
import Testing

@testable import Exploration

@Suite("What was found once is found again")
struct GoldenTests {
    private static let suite =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden/explored"

    static var cases: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: suite)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    @Test func thereAreCases() { #expect(Self.cases.count > 5) }

    /// The comment of a case names the invariants.
    @Test(arguments: cases)
    func theStepsOfACaseAreAShortestWay(name: String) throws {
        let text = try String(contentsOfFile: "\(Self.suite)/\(name)/scenario.yaml", encoding: .utf8)
        let scenario = try ScenarioFile.read(text, name: name)
        for generation in scenario.generations {
            let exploration = explored(Subject(scenario, generation: generation))
            let named = Invariant.all.filter { text.contains($0.name) }
            #expect(!named.isEmpty)
            for invariant in named {
                let violation = try #require(exploration.violations.first { $0.invariant.name == invariant.name })
                #expect(violation.steps == scenario.steps.map(\.withoutPlace))
            }
        }
    }
}

extension ScenarioStep {
    fileprivate var withoutPlace: ScenarioStep {
        var step = self
        step.place = nil
        return step
    }
}
