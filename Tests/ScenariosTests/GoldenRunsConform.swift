import ByteScan
import Conformance
import Glibc
import Livepatch
import Scenarios
import Testing
import Timeline

/// Every recorded run below Golden is what a correct kernel printed: the checker must say so, with the case's manifest and
/// without it.
@Suite struct GoldenRunsConform {
    @Test(arguments: GoldenRun.all())
    func withItsManifest(_ run: GoldenRun) throws {
        let manifest = try ManifestFile.read(
            String(decoding: run.bytes(of: run.manifestPath), as: UTF8.self), name: run.name)
        #expect(verdicts(run, manifest) == [.conforms])
    }

    @Test(arguments: GoldenRun.all())
    func byInferenceAlone(_ run: GoldenRun) throws {
        #expect(verdicts(run, Manifest()) == [.conforms])
    }

    @Test func thereAreGoldenRuns() {
        #expect(GoldenRun.all().count >= 50)
    }

    @Test(arguments: GoldenRun.all())
    func everyRunSaysWhereItComesFrom(_ run: GoldenRun) throws {
        #expect(try !run.bytes(of: run.directory + "/provenance.txt").isEmpty)
    }

    private func verdicts(_ run: GoldenRun, _ manifest: Manifest) -> [Verdict] {
        Source(path: run.logPath, index: 0, needles: Needles.including(manifest)).boots
            .map { Analysis(of: $0, manifest: manifest).verdict }
    }
}

/// One file of a recorded run: `Golden/<suite>/<case>/runs/<where>/<log>`.
struct GoldenRun: CustomTestStringConvertible {
    let suite: String
    let name: String
    let directory: String
    let log: String

    var logPath: String { directory + "/" + log }
    var manifestPath: String { "\(Self.root)/\(suite)/\(name)/scenario.yaml" }
    var testDescription: String { String(logPath.dropFirst(Self.root.count + 1)) }

    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden"

    static func all() -> [GoldenRun] {
        entries(of: root).flatMap { suite in
            entries(of: "\(root)/\(suite)").flatMap { name in
                entries(of: "\(root)/\(suite)/\(name)/runs").flatMap { run in
                    let directory = "\(root)/\(suite)/\(name)/runs/\(run)"
                    return entries(of: directory).filter { $0 != "provenance.txt" }.map { log in
                        GoldenRun(suite: suite, name: name, directory: directory, log: log)
                    }
                }
            }
        }
    }

    func bytes(of path: String) throws -> [UInt8] {
        var source = try ByteSource(path: path)
        return try source.peek(ManifestFile.sizeMaximum)
    }

    /// The names in a directory, sorted; none if it is no directory.
    private static func entries(of path: String) -> [String] {
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
}
