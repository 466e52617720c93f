import ByteScan
import Glibc
import Livepatch
import Scenarios

/// # GoldenCases
///
/// Scenarios on disk with what is predicted for them and what real kernels printed:
///
///     Golden/<suite>/<case>/scenario.yaml
///     Golden/<suite>/<case>/expected.<generation>.log    the prediction, written by the engine and reviewed by people
///     Golden/<suite>/<case>/runs/<where>/                recorded runs of real kernels, untouched
///
/// A log is compared with the prediction line by line: `LogCheck`. A case holds if its predictions are what the engine says
/// today and all its runs agree with them: `CaseCheck`.

/// One case on disk.
public struct GoldenCase: Hashable, Sendable {
    /// `suite/case`, the case's stable name.
    public let name: String
    /// Its directory.
    public let directory: String
    /// Where its scenario is.
    public var scenarioPath: String { directory + "/scenario.yaml" }

    /// The case in that directory.
    public init(name: String, directory: String) {
        self.name = name
        self.directory = directory
    }

    /// Every case below the directory of suites, by name.
    ///
    /// - Throws: `GoldenError` if there is none.
    public static func all(below root: String) throws(GoldenError) -> [GoldenCase] {
        let cases = Directory.names(in: root).flatMap { suite in
            Directory.names(in: "\(root)/\(suite)").compactMap { name -> GoldenCase? in
                let found = GoldenCase(name: "\(suite)/\(name)", directory: "\(root)/\(suite)/\(name)")
                return Directory.isFile(found.scenarioPath) ? found : nil
            }
        }
        guard !cases.isEmpty else {
            throw GoldenError(
                "\(root): there are no cases here (<suite>/<case>/scenario.yaml); --golden names the directory of the suites"
            )
        }
        return cases
    }

    /// The cases that a name means: the case or the suite of that name; if there is none, those whose names begin with it.
    public static func named(_ name: String, among cases: [GoldenCase]) -> [GoldenCase] {
        let suite = name.hasSuffix("/") ? name : name + "/"
        let exact = cases.filter { $0.name == name || $0.name.hasPrefix(suite) }
        guard exact.isEmpty, !name.isEmpty else { return exact }
        return cases.filter { $0.name.hasPrefix(name) }
    }

    /// The scenario.
    ///
    /// - Throws: `GoldenError` with the file, the place and what was expected there.
    public func scenario() throws(GoldenError) -> Scenario { try Self.scenario(in: scenarioPath) }

    /// The scenario in a file.
    ///
    /// - Throws: `GoldenError` with the file, the place and what was expected there.
    public static func scenario(in path: String) throws(GoldenError) -> Scenario {
        try scenario(in: text(of: path), file: path)
    }

    /// The text of a file with a scenario.
    ///
    /// - Throws: `GoldenError` if it cannot be read.
    public static func text(of path: String) throws(GoldenError) -> String { try TextFile.read(path) }

    /// The scenario in a text.
    ///
    /// - Throws: `GoldenError` with the file, the place and what was expected there.
    public static func scenario(in text: String, file: String) throws(GoldenError) -> Scenario {
        do throws(ManifestError) {
            return try ScenarioFile.read(text, name: file)
        } catch {
            throw GoldenError(error.description)
        }
    }

    /// Where the prediction for the generation is kept.
    public func expectedPath(_ generation: Generation) -> String {
        "\(directory)/expected.\(generation.rawValue).log"
    }

    /// The files with predictions that are there.
    public var expectedPaths: [String] {
        Directory.names(in: directory).filter { $0.hasPrefix("expected.") && $0.hasSuffix(".log") }
            .map { "\(directory)/\($0)" }
    }

    /// The recorded runs.
    public var runs: [RecordedRun] {
        Directory.names(in: directory + "/runs").flatMap { place in
            Directory.names(in: "\(directory)/runs/\(place)").filter(RecordedRun.isLog).map { file in
                RecordedRun(place: place, path: "\(directory)/runs/\(place)/\(file)")
            }
        }
    }
}

/// One log of a recorded run.
public struct RecordedRun: Hashable, Sendable {
    /// Where it comes from: a kernel's version (`6.1.192`), or a word.
    public let place: String
    /// The log.
    public let path: String

    /// Puts a `RecordedRun` together from its parts.
    public init(place: String, path: String) {
        self.place = place
        self.path = path
    }

    /// The generation of the kernel, if the place names its version or a proposal: `6.1.192`, `6.1.192-second-boot`,
    /// `6.12.117-states-2025-lab`.
    public var generation: Generation? {
        if let proposal = Generation.proposals.first(where: { place.contains("-\($0.rawValue)") }) { return proposal }
        let numbers = place.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        guard place.first?.isNumber == true, numbers.count >= 2 else { return nil }
        return Generation(major: numbers[0], minor: numbers[1])
    }

    static func isLog(_ file: String) -> Bool {
        ["dmesg.log", "kmsg.raw"].contains { file == $0 || file == $0 + ".zst" || file == $0 + ".gz" }
    }
}

/// Why cases cannot be read or written: one sentence that names the file.
public struct GoldenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// An error with that sentence.
    public init(_ description: String) { self.description = description }
}

/// Small files of text.
enum TextFile {
    static func read(_ path: String) throws(GoldenError) -> String {
        do throws(ByteSourceError) {
            var source = try ByteSource(path: path)
            return String(decoding: try source.peek(ManifestFile.sizeMaximum + 1), as: UTF8.self)
        } catch {
            throw GoldenError(error.description)
        }
    }

    static func write(_ text: String, to path: String) throws(GoldenError) {
        guard let file = fopen(path, "w") else { throw GoldenError("\(path): \(String(cString: strerror(errno)))") }
        let written = fputs(text, file)
        guard fclose(file) == 0, written >= 0 else {
            throw GoldenError("\(path): \(String(cString: strerror(errno)))")
        }
    }

    static func remove(_ path: String) throws(GoldenError) {
        guard unlink(path) == 0 else { throw GoldenError("\(path): \(String(cString: strerror(errno)))") }
    }
}

/// Names in directories.
enum Directory {
    /// The names in a directory but hidden ones, sorted; none if it is no directory.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
