import Foundation
import TestSupport
import Testing

/// A recording among the tests, and what trace-cmd reports of it.
struct RecordedTrace: CustomTestStringConvertible, Sendable {
    let name: String

    static let all = [
        "callbacks-v7-zstd", "events-v6", "events-v7-zstd", "scheduler-v6", "graph-v6", "function-v7",
        "instances-v7-zstd", "instances-v6", "stack-v7-zstd", "lost-v7-zstd",
    ].map { RecordedTrace(name: $0) }

    var testDescription: String { name }

    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Traces").path

    /// The file, compressed or not.
    var path: String {
        let compressed = "\(Self.directory)/\(name).dat.zst"
        return FileManager.default.fileExists(atPath: compressed) ? compressed : "\(Self.directory)/\(name).dat"
    }

    /// Its bytes, decompressed.
    func bytes() throws -> [UInt8] { try contentOfFile(path) }

    /// What `trace-cmd report -R -t` writes.
    func report() throws -> String {
        String(decoding: try contentOfFile("\(Self.directory)/\(name).report.zst"), as: UTF8.self)
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try contentOfFile("\(directory)/\(name)"), as: UTF8.self)
    }

    /// The inputs of tools/fuzz for a reader.
    static func seeds(_ directory: String = "Seeds") throws -> [[UInt8]] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: directory).path
        return try FileManager.default.contentsOfDirectory(atPath: directory).sorted().map { name in
            Array(try Data(contentsOf: URL(filePath: "\(directory)/\(name)")))
        }
    }
}
