import Conformance
import GoldenCases
import Livepatch
import Reports
import Scenarios
import Simulation
import Testing
import Timeline

/// Every log that a kernel of the model may print conforms, or ends in a transition, also if nothing is known of the livepatches, if
/// the log does not show what was done, and without livepatch's debug lines. Of a design that no line tells it is said.
@Suite struct InferenceTests {
    @Test(arguments: [true, false])
    func everyPredictionConformsByInferenceAlone(showsDebugLines: Bool) throws {
        for golden in try GoldenCase.all(below: Repository.root) {
            let scenario = try golden.scenario()
            for generation in scenario.generations {
                let simulation = try Simulation(of: scenario, generation: generation)
                let log = SimulatedLog(simulation, showsDebugLines: showsDebugLines, showsSteps: false)
                for boot in Source(
                    text: log.text.utf8, name: golden.name, index: 0, needles: Needles.including(Manifest())
                )
                .boots {
                    let analysis = Analysis(
                        of: boot, manifest: Manifest(), generation: generation.isToldByLines ? nil : generation)
                    let isDone = simulation.machine.state.transition == nil && analysis.unmodelled.isEmpty
                    #expect(
                        analysis.verdict == (isDone ? .conforms : .inconclusive),
                        "\(golden.name) \(generation.rawValue) \(analysis.findings.map(\.rule))")
                }
            }
        }
    }
}
