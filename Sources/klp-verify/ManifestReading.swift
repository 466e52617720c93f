import ArgumentParser
import FoundationEssentials
import Livepatch
import Scenarios

/// Reads the file of `--manifest`.
enum ManifestReading {
    static func read(_ path: String) throws -> Manifest {
        throw ValidationError("\(path): manifests are not read yet")
    }
}
