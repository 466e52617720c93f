import Conformance
import GoldenCases
import Livepatch
import Scenarios
import Simulation
import Testing
import Timeline

/// Every recorded run below Golden is what a correct kernel printed: the checker must say so, with the case's livepatches as
/// manifest and without; of one that ends in a transition, that it is not decided.
@Suite struct GoldenRunsConform {
    private static let runs =
        ((try? GoldenCase.all(below: Repository.root)) ?? []).flatMap { golden in
            golden.runs.map { Run(golden: golden, recorded: $0) }
        }

    @Test(arguments: runs) func withTheScenarioAsManifest(_ run: Run) throws {
        #expect(verdicts(run, try run.golden.scenario().manifest) == [try verdict(of: run)])
    }

    @Test(arguments: runs) func byInferenceAlone(_ run: Run) throws {
        #expect(verdicts(run, Manifest()) == [try verdict(of: run)])
    }

    @Test func thereAreFortyRunsAndMore() { #expect(Self.runs.count >= 40) }

    @Test(arguments: runs) func everyRunSaysWhereItComesFrom(_ run: Run) throws {
        let directory = run.recorded.path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        #expect(try !SmallFile.text(of: directory + "/provenance.txt").isEmpty)
    }

    private func verdict(of run: Run) throws -> Verdict {
        let scenario = try run.golden.scenario()
        let simulation = try? Simulation(
            of: scenario, generation: run.recorded.generation ?? scenario.newestGeneration, mayFailOtherwise: true)
        return simulation?.machine.state.transition == nil ? .conforms : .inconclusive
    }

    private func verdicts(_ run: Run, _ manifest: Manifest) -> [Verdict] {
        Source(path: run.recorded.path, index: 0, needles: Needles.including(manifest)).boots
            .map { Analysis(of: $0, manifest: manifest).verdict }
    }
}

/// A recorded run and its case.
struct Run: CustomTestStringConvertible {
    let golden: GoldenCase
    let recorded: RecordedRun

    var testDescription: String { "\(golden.name) \(recorded.place)" }
}
