import GoldenCases
import Laboratory
import Livepatch
import Scenarios

/// The scenarios that a command names, made ready.
struct Selection {
    /// Those that can be performed, and their files.
    private(set) var jobs: [Entry] = []
    /// Those that no kernel of the lab can perform, and why.
    private(set) var leftOut: [(name: String, reason: String)] = []

    private let generation: Generation

    /// A scenario that can be performed.
    struct Entry {
        let job: GuestJob
        /// Its file.
        let file: String
        /// What is in the file.
        let text: String
        /// The directory of its evidence, below that of the kernel.
        let place: String
    }

    /// - Parameters:
    ///   - names: cases, suites, or files; none for all cases.
    ///   - root: the directory of the suites.
    ///   - generation: that of the kernel that is to perform them.
    /// - Throws: `LabError` if one is not there or cannot be read.
    init(_ names: [String], golden root: String, generation: Generation) throws(LabError) {
        self.generation = generation
        do throws(GoldenError) {
            for name in names where name.hasSuffix(".yaml") {
                let directory = "/" + Files.absolute(name).split(separator: "/").dropLast().joined(separator: "/")
                let title = Self.title(ofFile: name)
                // A file's directory lies in no other's, and in no case's.
                let place = "files/" + title.split(separator: "/").joined(separator: "+")
                try add(GoldenCase(name: title, directory: directory), file: name, place: place, isNamed: true)
            }
            let words = names.filter { !$0.hasSuffix(".yaml") }
            guard !words.isEmpty || names.isEmpty else { return }
            let all = try GoldenCase.all(below: root)
            for name in words {
                let found = GoldenCase.named(name, among: all)
                for golden in found {
                    try add(golden, file: golden.scenarioPath, place: golden.name, isNamed: golden.name == name)
                }
                guard !found.isEmpty else { throw GoldenError("there is no case and no suite '\(name)' below \(root)") }
            }
            if names.isEmpty { for golden in all { try add(golden, file: golden.scenarioPath, place: golden.name) } }
        } catch {
            throw LabError(
                error.description,
                advice:
                    "Mend the file, or name a case as 'klp-verify golden list' does, or another file with a scenario.")
        }
    }

    /// What a scenario in a file is called, which is the directory of its evidence as well: the case's name, or the file's path
    /// without what leads out of a directory.
    static func title(ofFile path: String) -> String {
        let parts = path.dropLast(".yaml".count).split(separator: "/").filter { $0 != "." && $0 != ".." }
        let isCase = parts.last == "scenario" && parts.count >= 3
        let title = isCase ? parts.dropLast().suffix(2).joined(separator: "/") : parts.joined(separator: "/")
        return title.isEmpty ? "scenario" : title
    }

    /// - Parameter isNamed: true if the user named this very scenario, and not a suite: then it is not left out.
    private mutating func add(
        _ golden: GoldenCase, file: String, place: String, isNamed: Bool = false
    ) throws(GoldenError) {
        if let other = jobs.first(where: { $0.job.name == golden.name }) {
            // A case may be named twice, by itself and with its suite.
            guard Files.absolute(other.file) != Files.absolute(file) else { return }
            throw GoldenError("\(other.file) and \(file) would both be called '\(golden.name)': perform one at a time")
        }
        let text = try GoldenCase.text(of: file)
        let scenario = try GoldenCase.scenario(in: text, file: file)
        do throws(Unperformable) {
            let job = try GuestJob(scenario, name: golden.name, file: file, generation: generation)
            jobs.append(Entry(job: job, file: file, text: text, place: place))
        } catch {
            if case .wrong(let problem) = error { throw GoldenError(problem) }
            if isNamed { throw GoldenError("\(file) cannot be performed: \(error.description)") }
            leftOut.append((golden.name, error.description))
        }
    }
}
