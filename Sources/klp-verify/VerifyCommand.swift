import ArgumentParser
import Conformance
import FoundationEssentials
import Livepatch
import Reports
import Scenarios
import Timeline

/// `klp-verify [verify] LOG...`: the verdict.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Say what livepatch did and whether it may (the default command).")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

    @OptionGroup var inputs: Inputs

    @Option(
        help: ArgumentHelp("What is known of the livepatches, as YAML (see the README).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var manifest: String?

    @Option(help: "text for people, jsonl (one JSON object a line) for programs.")
    var format: Format = .text

    @Flag(help: "With jsonl: add one line for every recognised event.")
    var events = false

    @Flag(help: "Any proven loss of lines makes the verdict inconclusive.")
    var requireComplete = false

    func run() throws {
        let manifest = try self.manifest.map(ManifestReading.read) ?? Manifest()
        let sources = try inputs.sources(needles: Needles.including(manifest))
        let boots = EvidenceSets.boots(of: sources).map { Analysis(of: $0, manifest: manifest) }
        let report = Report(sources: sources, boots: boots, requiresCompleteness: requireComplete)
        switch format {
        case .text: Output.data(TextReport(report, paint: Paint(isOn: Output.wantsColor)).text)
        case .jsonl: Output.data(JSONLinesReport(report, includesEvents: events).text)
        }
        throw ExitCode(Self.status(of: report.verdict))
    }

    private static func status(of verdict: Verdict?) -> Int32 {
        switch verdict {
        case .conforms: 0
        case .violates: 1
        case .inconclusive: 3
        case nil: 2
        }
    }
}
