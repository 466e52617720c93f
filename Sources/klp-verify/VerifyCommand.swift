import ArgumentParser
import Livepatch

/// `klp-verify [verify] LOG...`: the verdict.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Say what livepatch did and whether it may (the default command).")

    @OptionGroup var inputs: Inputs

    @Option(
        help: ArgumentHelp("What is known of the livepatches, as YAML (see the README).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var manifest: String?

    @Option(help: "The kernel, one of \(Generation.names). Default: told by the log; no log tells of a proposal.")
    var generation: Generation?

    @Option(help: "text for people, jsonl (one JSON object a line) for programs.")
    var format: Verification.Format = .text

    @Flag(help: "With jsonl: add one line for every recognised event.")
    var events = false

    @Flag(help: "Any proven loss of lines makes the verdict inconclusive.")
    var requireComplete = false

    func run() throws {
        var verification = Verification(paths: inputs.paths)
        verification.inputFormat = inputs.inputFormat
        if let manifest { verification.manifest = try ManifestReading.read(manifest) }
        verification.generation = generation
        verification.format = format
        verification.listsEvents = events
        verification.requiresCompleteness = requireComplete
        throw ExitCode(try verification.run())
    }
}
