import Conformance
import Foundation
import Livepatch
import Reports
import Scenarios
import Simulation
import Testing
import Timeline

@testable import Laboratory

/// Every log that a kernel of the model may print conforms, whatever is done to it.
@Suite("Verdicts on random scenarios")
struct RandomVerdictTests {
    /// So many of each seed; KLP_VERIFY_RANDOM_VERDICTS asks for more.
    private static let count =
        ProcessInfo.processInfo.environment["KLP_VERIFY_RANDOM_VERDICTS"].flatMap { Int($0) } ?? 150

    @Test(
        "conform where states have callbacks, with the scenario as manifest, with a part of it, and by inference",
        arguments: [Generation.states2023, .states2025], [UInt64(71), 72])
    func conformWithStates(generation: Generation, seed: UInt64) throws {
        for number in 1...Self.count {
            let scenario = RandomScenario(seed: seed, number: number, generation: generation).scenario
            let simulation = try Simulation(of: scenario, generation: generation)
            var part = Manifest()
            part.livepatches = scenario.manifest.livepatches.filter { ($0.key.utf8.count + number).isMultiple(of: 2) }
            for form in Form.allCases {
                let log = form.log(of: simulation)
                for manifest in [scenario.manifest, part, Manifest()] {
                    let source = Source(text: log.utf8, name: "log", index: 0, needles: Needles.including(manifest))
                    let findings = source.boots.flatMap { boot in
                        Analysis(of: boot, manifest: manifest, generation: form.isTold ? generation : nil).findings
                    }
                    // Without commands nothing tells of a module that is loaded again and numbers its pointers anew.
                    let isOfPointers = { (finding: Finding) in finding.rule.rawValue.hasPrefix("KLP-V") }
                    let errors = findings.filter {
                        $0.severity == .error && !(form == .ofTheKernelAlone && isOfPointers($0))
                    }
                    let words = errors.map(\.rule.rawValue).joined(separator: " ")
                    #expect(
                        errors.isEmpty,
                        """
                        seed \(seed), number \(number), \(generation.rawValue), \(form), \(manifest.livepatches.count) \
                        described: \(words)
                        """)
                }
            }
        }
    }

    /// What a log of a simulation may look like.
    private enum Form: CaseIterable {
        case whole, withoutDebugLines, fromTheBoot, ofTheKernelAlone

        /// True if the generation is told. A log without callbacks of states may be of another.
        var isTold: Bool { self != .whole }

        func log(of simulation: Simulation) -> String {
            let steps = self != .ofTheKernelAlone
            let text = SimulatedLog(simulation, showsDebugLines: self != .withoutDebugLines, showsSteps: steps).text
            return self == .fromTheBoot ? "Linux version 6.12.0\n" + text : text
        }
    }

    @Test(
        "conform, with the scenario as manifest and by inference, with debug lines and without",
        arguments: [UInt64(61), 62, 510])
    func conform(seed: UInt64) throws {
        for number in 1...Self.count {
            let scenario = RandomScenario(seed: seed, number: number).scenario
            let simulation = try Simulation(of: scenario, generation: .linux55)
            for showsDebugLines in [true, false] {
                let log = SimulatedLog(simulation, showsDebugLines: showsDebugLines, showsSteps: true).text
                for manifest in [scenario.manifest, Manifest()] {
                    let source = Source(text: log.utf8, name: "log", index: 0, needles: Needles.including(manifest))
                    let findings = source.boots.flatMap { Analysis(of: $0, manifest: manifest).findings }
                    let errors = findings.filter { $0.severity == .error }
                    let words = errors.map(\.rule.rawValue).joined(separator: " ")
                    #expect(
                        errors.isEmpty,
                        "seed \(seed), number \(number), debug lines \(showsDebugLines), manifest \(manifest != Manifest()): \(words)"
                    )
                }
            }
        }
    }
}
