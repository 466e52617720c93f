import ArgumentParser
import GoldenCases
import Livepatch
import Reports

/// `klp-verify golden`: scenarios, their predictions and recorded runs.
struct GoldenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "golden", abstract: "Check logs and predictions of scenarios that are kept as cases.",
        discussion: """
            A case is a directory <suite>/<case> with scenario.yaml, expected.<generation>.log and recorded runs:

              klp-verify golden check                              every case
              dmesg | klp-verify golden check CASE --log -         this machine's log, instead of check_result
              klp-verify golden accept CASE                        keep what the engine predicts now

            Exit status: 0 as predicted, 1 not, 2 usage error or nothing readable, 3 inconclusive.
            """,
        subcommands: [List.self, Check.self, Accept.self], defaultSubcommand: List.self)

    /// Where the cases are, and which are meant.
    struct Selection: ParsableArguments {
        @Argument(
            help: ArgumentHelp(
                "Cases (suite/case), suites, or beginnings of their names. Default: all.", valueName: "case"))
        var cases: [String] = []

        @Option(help: ArgumentHelp("The directory of the suites.", valueName: "directory"), completion: .directory)
        var golden = GoldenOptions.defaultRoot

        /// The cases that are meant; all if none is named.
        func selected() throws -> [GoldenCase] {
            let all = try usage { () throws(GoldenError) in try GoldenCase.all(below: golden) }
            guard !cases.isEmpty else { return all }
            var meant: Set<GoldenCase> = []
            for name in cases {
                let found = GoldenCase.named(name, among: all)
                guard !found.isEmpty else {
                    throw InputError("\(golden): there is no case '\(name)'; 'klp-verify golden list' names all")
                }
                meant.formUnion(found)
            }
            return all.filter(meant.contains)
        }
    }

    /// `golden list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the cases: name, what the scenario shows, generations, recorded runs.")

        @OptionGroup var selection: Selection

        func run() throws {
            let lines = try selection.selected().map { golden -> String in
                let scenario = try usage { () throws(GoldenError) in try golden.scenario() }
                return GoldenList.text(golden, scenario)
            }
            Output.data(lines.joined())
        }
    }

    /// `golden check`
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare the engine's predictions with what is kept, and with recorded runs or a log.")

        @OptionGroup var selection: Selection

        @Option(
            help: ArgumentHelp(
                "A log to compare, '-' for standard input. Of several cases the log's last heading names one.",
                valueName: "file"))
        var log: String?

        @Option(
            help: ArgumentHelp(
                "With --log: the test begins after the last line that holds this text. Default: after the heading ===== TEST:.",
                valueName: "text"))
        var canary: String?

        @Option(help: "With --log: the kernel, one of \(Generation.names). Default: told by the log.")
        var generation: Generation?

        @Flag(help: "With --log: all steps are done, so what is missing at the end of the log was not printed.")
        var finished = false

        @Option(help: "text for people, ktap for the kernel's test runners.")
        var format: Format = .text

        @Flag(help: "Show what differs as a unified diff.")
        var diff = false

        @Flag(name: .shortAndLong, help: "Print nothing of cases that hold, unless there is something to remark.")
        var quiet = false

        @Flag(help: "List every predicted line with what became of it.")
        var verbose = false

        /// How the result is rendered.
        enum Format: String, ExpressibleByArgument, CaseIterable { case text, ktap }

        func validate() throws {
            guard log != nil || (canary == nil && generation == nil && !finished) else {
                throw ValidationError(
                    "--canary, --generation and --finished say something of a log; name it with --log")
            }
            guard canary != "" else { throw ValidationError("--canary needs a text") }
        }

        func run() throws {
            let cases = try selection.selected()
            let checks: [CaseCheck]
            if let log {
                checks = [
                    try usage { () throws(GoldenError) in
                        try CaseCheck.of(
                            log: log, cases: cases, canary: canary, generation: generation,
                            isFinished: finished)
                    }
                ]
            } else {
                checks = try usage { () throws(GoldenError) in try CaseCheck.all(cases) }
            }
            switch format {
            case .text:
                let report = GoldenText(
                    checks, isVerbose: verbose, showsDiff: diff, options: options,
                    paint: Paint(isOn: Output.wantsColor))
                Output.data(quiet ? report.remarks : report.text)
            case .ktap: Output.data(GoldenKTAP(checks, options: options).text)
            }
            if checks.contains(where: { $0.outcome == .failed }) { throw ExitCode(1) }
            if checks.contains(where: { $0.outcome == .inconclusive }) { throw ExitCode(3) }
        }

        private var options: GoldenOptions {
            GoldenOptions(root: selection.golden, log: log, canary: canary, generation: generation)
        }
    }

    /// `golden accept`
    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep what the engine predicts now as expected.<generation>.log, and show what changed.")

        @OptionGroup var selection: Selection

        @Flag(help: "Accept for every case.")
        var all = false

        func validate() throws {
            guard !all || selection.cases.isEmpty else {
                throw ValidationError("--all and names of cases exclude each other")
            }
            guard all || !selection.cases.isEmpty else {
                throw ValidationError("name the cases to accept, or say --all")
            }
        }

        func run() throws {
            let changed = try selection.selected().flatMap { golden in
                try usage { () throws(GoldenError) in try CaseCheck.accept(golden) }
            }
            Output.data(GoldenText.accepted(changed))
        }
    }
}

/// Where something is wrong with a case there is nothing to compare.
private func usage<Value>(_ body: () throws(GoldenError) -> Value) throws -> Value {
    do throws(GoldenError) {
        return try body()
    } catch {
        throw InputError(error.description)
    }
}
