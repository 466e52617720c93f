import ByteScan
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
    func bytes() throws -> [UInt8] { try Self.read(path) }

    /// What `trace-cmd report -R -t` writes.
    func report() throws -> String {
        String(decoding: try Self.read("\(Self.directory)/\(name).report.zst"), as: UTF8.self)
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try read("\(directory)/\(name)"), as: UTF8.self)
    }

    /// The inputs of tools/fuzz for a reader.
    static func seeds(_ directory: String = "Seeds") throws -> [[UInt8]] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: directory).path
        return try FileManager.default.contentsOfDirectory(atPath: directory).sorted().map { name in
            Array(try Data(contentsOf: URL(filePath: "\(directory)/\(name)")))
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        var source = try ByteSource(path: path)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
