import Foundation
import TestSupport
import Testing

@testable import Ftrace

/// trace-cmd and this reader see the same in a `trace.dat`.
@Suite("Equality with trace-cmd report")
struct TraceCommandEqualityTests {
    static let command = "/usr/bin/trace-cmd"

    @Test("Every event, its stamp, CPU, task, name and fields, in the same order", arguments: RecordedTrace.all)
    func events(_ recorded: RecordedTrace) throws {
        let report = TraceCommandReport(try recorded.report())
        let trace = try TraceFile(path: recorded.path)
        var records: [TraceRecord] = []
        let reading = trace.read(
            source: 0, TraceSelection { _, _ in true }, resolvesAddresses: false
        ) { records.append($0) }
        #expect(reading.damage.isEmpty)
        let expected = report.events.filter { $0.name != "kernel_stack" }
        #expect(!expected.isEmpty)
        #expect(records.count == expected.count)
        var damage = TraceFileDamage()
        let symbols = trace.symbols(&damage)
        let comparison = FieldComparison { symbols.symbol(at: $0)?.symbol.name }
        var differences = 0
        for (record, event) in zip(records, expected) {
            let difference = difference(record, event, comparison)
            if let difference, differences < 5 { Issue.record("\(difference): \(record) is not \(event)") }
            if difference != nil { differences += 1 }
        }
        #expect(differences == 0)
        #expect(reading.loss.filter { $0.evidence == .mark }.count == report.losses.count)
        for loss in report.losses {
            #expect(reading.loss.contains { $0.cpu == loss.cpu && ($0.count == loss.count || loss.count == nil) })
        }
    }

    private func difference(_ record: TraceRecord, _ event: ReportedEvent, _ comparison: FieldComparison) -> String? {
        if record.time != event.time { return "time" }
        if record.cpu != event.cpu { return "cpu" }
        if record.task?.pid != event.pid { return "pid" }
        if record.task?.name != event.task { return "task" }
        if record.instance != event.instance { return "instance" }
        var fields = event.fields
        if record.kind == .event {
            if record.name != event.name { return "name" }
        } else {
            let names: [TraceRecord.Kind: [String]] = [
                .functionEntry: ["function", "funcgraph_entry"], .functionReturn: ["funcgraph_exit"],
            ]
            guard names[record.kind]?.contains(event.name) == true else { return "kind" }
            guard let address = ["ip=", "func="].first(where: { fields.hasPrefix($0 + record.name + " ") }) else {
                return "function"
            }
            fields = fields.dropFirst(address.count + record.name.count + 1)
        }
        return comparison.rest(of: fields, after: record) == "" ? nil : "fields"
    }

    @Test("The number of events of each name", arguments: RecordedTrace.all)
    func counts(_ recorded: RecordedTrace) throws {
        let reported = Dictionary(
            TraceCommandReport(try recorded.report()).events.map { ($0.name, 1) }, uniquingKeysWith: +)
        let inspection = try TraceFile(path: recorded.path).inspect()
        let counted = Dictionary(inspection.events.map { ($0.name, $0.count) }, uniquingKeysWith: +)
        #expect(counted == reported)
    }

    @Test("Stacks, innermost function first")
    func stacks() throws {
        var reported: [[String]] = []
        for line in try RecordedTrace.text("stack-v7-zstd.stacks.txt").split(separator: "\n") {
            if line.contains("<stack trace >") { reported.append([]) }
            guard line.hasPrefix("=> "), let end = line.dropFirst(3).firstIndex(of: " ") else { continue }
            reported[reported.count - 1].append(String(line.dropFirst(3)[..<end]))
        }
        #expect(!reported.isEmpty)
        var stacks: [[String]] = []
        _ = try TraceFile(path: RecordedTrace(name: "stack-v7-zstd").path).read(TraceSelection { _, _ in true }) {
            stacks.append($0.stack)
        }
        #expect(stacks == reported)
    }

    @Test(
        "The reports kept here are what the installed trace-cmd writes",
        .enabled(if: FileManager.default.isExecutableFile(atPath: command)), arguments: RecordedTrace.all)
    func reports(_ recorded: RecordedTrace) throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("", to: "trace.dat")
        try Data(recorded.bytes()).write(to: URL(filePath: scratch.path("trace.dat")))
        let run = try ProgramRun(
            "/bin/sh", ["-c", "\(Self.command) report -R -t -i trace.dat > report.txt 2>/dev/null"], in: scratch.root)
        #expect(run.status == 0)
        let written = try Data(contentsOf: URL(filePath: scratch.path("report.txt")))
        // The number of CPUs is an option that is not kept.
        let lines = String(decoding: written, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("cpus=") }
        let kept = try recorded.report().split(separator: "\n").filter { !$0.hasPrefix("cpus=") }
        #expect(lines == kept)
    }
}
