import ByteScan
import Conformance
import Glibc
import KernelLog
import Livepatch
import Timeline

/// Files below Fixtures: real logs, byte for byte. Each folder's provenance.txt says where they come from.
enum Fixtures {
    private static let root = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures"

    /// The path of a file below Fixtures.
    static func path(_ name: String) -> String { root + "/" + name }

    /// The logs of a folder, sorted by name.
    static func logs(in folder: String) -> [String] {
        guard let directory = opendir(path(folder)) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix("."), name != "provenance.txt" { names.append(name) }
        }
        return names.sorted()
    }

    /// The analyses of all boots in a file.
    static func analyses(_ name: String) -> [Analysis] {
        let source = Source(path: path(name), index: 0, needles: Needles.all)
        return EvidenceSets.boots(of: [source]).map { Analysis(of: $0) }
    }
}
