import Livepatch
import Scenarios
import Simulation

/// The lines of a scenario in a generation, without the operator's.
func kernelLines(_ yaml: String, _ generation: Generation = .linux55) throws -> [String] {
    try simulation(yaml, generation).lines.filter { !$0.isMarker }.map(\.text)
}

/// The scenario, performed.
func simulation(_ yaml: String, _ generation: Generation = .linux55) throws -> Simulation {
    try Simulation(of: ScenarioFile.read(yaml, name: "scenario.yaml"), generation: generation)
}
