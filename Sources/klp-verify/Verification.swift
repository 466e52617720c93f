import ArgumentParser
import Conformance
import KernelLog
import Livepatch
import LivepatchTrace
import Reports
import Timeline

/// What `verify` does, with its options as the work needs them.
struct Verification {
    /// How the report is rendered.
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

    var paths: [String]
    var inputFormat: LogFormat?
    var manifest = Manifest()
    var generation: Generation?
    var format = Format.text
    var listsEvents = false
    var requiresCompleteness = false

    /// Reads the logs, prints the report, and gives the exit status.
    func run() throws -> Int32 {
        let sources = InputFiles.sources(
            try InputFiles.files(paths), needles: Needles.including(manifest), format: inputFormat)
        let recogniser = Recogniser(manifest: manifest)
        let evidence = Evidence.sets(
            boots: EvidenceSets.boots(of: sources), traces: InputFiles.traces(sources, recogniser), by: recogniser,
            areTogether: { sources[$0].directory == sources[$1].directory })
        let boots = evidence.map { Analysis(of: $0, manifest: manifest, generation: generation) }
        let report = Report(sources: sources, boots: boots, requiresCompleteness: requiresCompleteness)
        switch format {
        case .text: Output.data(TextReport(report, paint: Paint(isOn: Output.wantsColor)).text)
        case .jsonl: Output.data(JSONLinesReport(report, includesEvents: listsEvents).text)
        }
        switch report.verdict {
        case .conforms: return 0
        case .violates: return 1
        case .inconclusive: return 3
        case nil: return 2
        }
    }

    /// The verification that arguments without a single option ask for; nil if they ask for anything else.
    ///
    /// Building the argument parser's tables takes as long as checking a small log. Most calls name nothing but logs.
    init?(plainArguments arguments: [String], subcommands: [String]) {
        guard let first = arguments.first, !subcommands.contains(first), first != "help",
            arguments.allSatisfy({ !$0.hasPrefix("-") || $0 == "-" })
        else { return nil }
        paths = arguments
    }

    init(paths: [String]) { self.paths = paths }
}
