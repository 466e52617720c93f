import ArgumentParser
import ByteScan
import Livepatch
import Scenarios
import Simulation

/// The argument of every command about a scenario.
struct ScenarioArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The scenario, as YAML (see the README); '-' for standard input.", valueName: "scenario"),
        completion: .file(extensions: ["yaml", "yml"]))
    var path: String
}

/// Reads scenarios for commands; what is wrong with one is a usage error.
enum ScenarioReading {
    /// The scenario and what to call its file in errors.
    static func read(_ path: String) throws -> (scenario: Scenario, name: String) {
        do {
            var source = try ByteSource(path: path)
            let bytes = try source.peek(ManifestFile.sizeMaximum + 1)
            let name = path == "-" ? "standard input" : path
            return (try ScenarioFile.read(String(decoding: bytes, as: UTF8.self), name: name), name)
        } catch let error as ByteSourceError {
            throw InputError(error.description)
        } catch let error as ManifestError {
            throw InputError(error.description)
        }
    }

    /// Performs it; a step that cannot be performed is a usage error too.
    static func simulate(
        _ scenario: Scenario, _ generation: Generation, _ name: String, mayFailOtherwise: Bool = false
    ) throws -> Simulation {
        do throws(SimulationError) {
            return try Simulation(of: scenario, generation: generation, mayFailOtherwise: mayFailOtherwise)
        } catch {
            throw InputError(error.description(file: name))
        }
    }
}
