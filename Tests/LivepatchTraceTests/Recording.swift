import ByteScan
import Conformance
import Foundation
import KernelLog
import Livepatch
import LivepatchTrace
import TestSupport
import Testing
import Timeline

/// A run of which there is a log and one or several traces.
struct Recording: CustomTestStringConvertible, Sendable {
    let name: String

    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recordings").path

    static let all: [Recording] = names(directory).filter { !$0.contains(".") }.map { Recording(name: $0) }

    /// The runs with probes on most functions of livepatch and the kernel's lines in one trace.
    static let withEvents = all.filter { names("\(directory)/\($0.name)").contains("trace-events.txt.zst") }

    /// The traces of all runs.
    static let traces: [RecordedTrace] = all.flatMap { recording in
        names("\(directory)/\(recording.name)").filter { $0.hasPrefix("trace") }
            .map { RecordedTrace(recording: recording, file: $0) }
    }

    var testDescription: String { name }

    func log() throws -> [UInt8] { try contentOfFile("\(Self.directory)/\(name)/dmesg.txt.zst") }

    private static func names(_ directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory))?.sorted() ?? []
    }
}

/// One of the traces of a run.
struct RecordedTrace: CustomTestStringConvertible, Sendable {
    let recording: Recording
    let file: String

    var testDescription: String { "\(recording.name)/\(file)" }

    func bytes() throws -> [UInt8] { try contentOfFile("\(Recording.directory)/\(recording.name)/\(file)") }

    /// The trace without what the kernel printed: what functions alone tell.
    func functionsOnly() throws -> [UInt8] {
        try bytes().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .filter { line in
                let text = String(decoding: line, as: UTF8.self)
                return !text.hasPrefix("console: ") && !text.contains(" console: ")
            }
            .joined(separator: [UInt8(ascii: "\n")]).map { $0 }
    }

    /// True if the trace's functions have arguments.
    var hasArguments: Bool { file.hasPrefix("trace-events") || file.hasPrefix("trace_pipe") }
    /// True if its events are numbers.
    var isRaw: Bool { file.contains("-raw") }
}

/// What is put together of a log and of traces; source 0 is the log, if there is one.
func evidence(log: [UInt8]?, traces: [[UInt8]]) throws -> [Evidence] {
    let logs = log.map { [Source(text: $0, name: "dmesg.log", index: 0, needles: Needles.all)] } ?? []
    let traces = try traces.enumerated().map { index, bytes in
        try LivepatchTrace(bytes: bytes, source: logs.count + index, recogniser: Recogniser())
    }
    return Evidence.sets(boots: EvidenceSets.boots(of: logs), traces: traces, by: Recogniser())
}

/// The judgement of the only boot.
func analysis(log: [UInt8]? = nil, traces: [[UInt8]] = []) throws -> Analysis {
    let sets = try evidence(log: log, traces: traces)
    try #require(sets.count == 1)
    return Analysis(of: sets[0])
}

extension Analysis {
    /// What was done, without what was assumed.
    var done: [Livepatch.Operation] { operations.filter { !$0.isLost }.compactMap(\.operation) }
}
