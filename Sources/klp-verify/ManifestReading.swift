import ByteScan
import Livepatch
import Scenarios

/// Reads the file of `--manifest`.
enum ManifestReading {
    /// A manifest is a page or two; one byte more than Scenarios accepts is enough to be refused there.
    private static let most = (1 << 20) + 1

    static func read(_ path: String) throws -> Manifest {
        do {
            var source = try ByteSource(path: path)
            let bytes = try source.peek(most)
            return try ManifestFile.read(String(decoding: bytes, as: UTF8.self), name: path)
        } catch let error as ByteSourceError {
            throw InputError(error.description)
        } catch let error as ManifestError {
            throw InputError(error.description)
        }
    }
}
