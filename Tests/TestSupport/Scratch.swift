import Foundation

/// A directory of its own for a test.
public struct Scratch {
    /// Where it is.
    public let root = FileManager.default.temporaryDirectory.appending(path: "klp-verify-\(UUID().uuidString)").path

    /// A directory that is made when the first file is written.
    public init() {}

    /// A file's path.
    public func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Writes a file, below directories that need not be there.
    public func write(_ text: String, to name: String) throws {
        let url = URL(filePath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Removes it with everything in it.
    public func remove() { try? FileManager.default.removeItem(atPath: root) }
}
