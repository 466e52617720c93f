import GoldenCases
import Livepatch
import Scenarios

/// The logs below a directory of suites that are edited.
struct Originals {
    let root: String
    /// Only those whose path contains this.
    let wanted: String?

    /// Recorded runs (of a run's renderings the text of dmesg), then predictions.
    ///
    /// - Throws: `GoldenError` or `RunError` if a case cannot be read.
    func runs() throws -> [Run] {
        let cases = try GoldenCase.all(below: root)
        return try cases.flatMap(recorded) + cases.flatMap(predicted)
    }

    /// Not those of the lab, which performs every case: their lines are those of the predictions, of whose mutants a sample is
    /// tried.
    private func recorded(_ golden: GoldenCase) throws -> [Run] {
        let logs = golden.runs.filter {
            isWanted($0.path) && $0.path.hasSuffix("/dmesg.log") && !$0.place.hasSuffix("-lab")
        }
        return try logs.map { log in
            Run(
                .recorded, path: log.path, text: try Text.of(log.path), scenario: try golden.scenario(),
                generation: log.generation)
        }
    }

    /// Of generations for which the same is predicted the oldest: the recorded runs are of newer kernels. Of proposals only those
    /// that lines tell.
    private func predicted(_ golden: GoldenCase) throws -> [Run] {
        let scenario = try golden.scenario()
        var known: Set<String> = []
        var runs: [Run] = []
        for generation in scenario.generations.sorted()
        where generation.isToldByLines && isWanted(golden.expectedPath(generation)) {
            let text = try Text.of(golden.expectedPath(generation))
            guard known.insert(text).inserted else { continue }
            runs.append(
                Run(
                    .predicted(generation), path: golden.expectedPath(generation),
                    text: Self.log(of: text, generation), scenario: scenario, generation: generation))
        }
        return runs
    }

    private func isWanted(_ path: String) -> Bool { wanted.map(path.contains) ?? true }

    /// The prediction as the log of a boot: after the banner, and without the remarks on what tasks do, which look as if
    /// the log were cut there.
    static func log(of text: String, _ generation: Generation) -> String {
        let version = generation.kernel.rawValue.drop { !$0.isNumber }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("# ") }
        return "Linux version \(version).0 (somebody@somewhere) #1 SMP\n" + lines.joined(separator: "\n")
    }
}
