import GoldenCases
import Laboratory
import Scenarios

/// The scenarios that a command names, made ready.
struct Selection {
    /// Those that can be performed, and their files.
    private(set) var jobs: [(job: GuestJob, file: String)] = []
    /// Those that no kernel of the lab can perform, and why.
    private(set) var leftOut: [(name: String, reason: String)] = []

    /// - Parameters:
    ///   - names: cases, suites, or files; none for all cases.
    ///   - root: the directory of the suites.
    /// - Throws: `LabError` if one is not there or cannot be read.
    init(_ names: [String], golden root: String) throws(LabError) {
        do throws(GoldenError) {
            for name in names where name.hasSuffix(".yaml") {
                let directory = "/" + Files.absolute(name).split(separator: "/").dropLast().joined(separator: "/")
                try add(GoldenCase(name: Self.title(ofFile: name), directory: directory), file: name)
            }
            let words = names.filter { !$0.hasSuffix(".yaml") }
            guard !words.isEmpty || names.isEmpty else { return }
            let all = try GoldenCase.all(below: root)
            for name in words {
                let found = GoldenCase.named(name, among: all)
                for golden in found { try add(golden, file: golden.scenarioPath) }
                guard !found.isEmpty else { throw GoldenError("there is no case and no suite '\(name)' below \(root)") }
            }
            if names.isEmpty { for golden in all { try add(golden, file: golden.scenarioPath) } }
        } catch {
            throw LabError(
                error.description, advice: "Name a case as 'klp-verify golden list' does, or a file with a scenario.")
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

    private mutating func add(_ golden: GoldenCase, file: String) throws(GoldenError) {
        if let other = jobs.first(where: { $0.job.name == golden.name }) {
            // A case may be named twice, by itself and with its suite.
            guard Files.absolute(other.file) != Files.absolute(file) else { return }
            throw GoldenError("\(other.file) and \(file) would both be kept as '\(golden.name)': perform one at a time")
        }
        let scenario = try GoldenCase.scenario(in: file)
        do throws(Unperformable) {
            jobs.append((try GuestJob(scenario, name: golden.name), file))
        } catch {
            leftOut.append((golden.name, error.description))
        }
    }
}
