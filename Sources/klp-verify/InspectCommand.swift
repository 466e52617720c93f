import ArgumentParser
import Conformance
import Livepatch
import Reports
import Timeline

/// `klp-verify inspect LOG...`: what was read, before any judgement.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say how each log was read: its format, boots, what was recognised, skipped and lost.")

    @OptionGroup var inputs: Inputs

    @Flag(help: "List every recognised line.")
    var events = false

    func run() throws {
        let sources = InputFiles.sources(
            try InputFiles.files(inputs.paths), needles: Needles.all, format: inputs.inputFormat)
        var traces: [Int: TraceInspection] = [:]
        for (index, source) in sources.enumerated() where source.summary?.format == .trace {
            traces[index] = TraceInspection(path: source.name)
        }
        let boots = EvidenceSets.boots(of: sources).map { Analysis(of: $0) }
        Output.data(InspectReport(sources: sources, traces: traces, boots: boots, listsEvents: events).text)
        let isReadable = Report(sources: sources, boots: boots).verdict != nil
        throw ExitCode(isReadable ? 0 : 2)
    }
}
