import ArgumentParser
import Laboratory
import Scenarios

/// Tries klp-record in a guest.
struct RecordTrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record-trial",
        abstract: "Try tools/klp-record in a real kernel: a livepatch is enabled and disabled, the recorder killed.",
        discussion: """
            The guest's part is tools/lab/record-trial.sh, which prints PASS or FAIL for each thing; then klp-verify judges the \
            recordings.

            Exit status: 0 if all is well, 1 if something is not, 2 if the lab itself failed.
            """)

    @OptionGroup var kernels: KernelOption
    @Option(help: ArgumentHelp("Where the recordings go.", valueName: "directory"))
    var out = Files.inProject(".build/kernel-lab/record-trial")
    @OptionGroup var options: LabOptions

    func run() async throws {
        try await Ending.of { () async throws(LabError) in
            try await kernels.inEach { series async throws(LabError) in try await perform(in: series) }
        }
    }

    /// What is recorded: a target module and a livepatch for it and the kernel.
    private static let scenario = """
        summary: What klp-record is tried with.
        modules:
          - {name: driver, init: driver_init, exit: driver_exit}
        livepatches:
          - name: fix
            objects:
              - name: vmlinux
                functions: [down_killable]
                callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
              - name: driver
                functions: [driver_read]
                callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
        steps:
          - load: driver
          - load: fix
          - disable: fix
          - unload: fix
          - unload: driver
        """

    /// The trial records several times, and floods the log.
    private static let seconds = 900

    /// The recordings that have to conform.
    private static let recordings = ["trial-enable-disable", "trial-killed", "trial-second"]

    private func perform(in series: KernelSeries) async throws(LabError) -> Bool {
        let workplace = try await Workplace.prepare(series, options: options, progress: options.progress)
        defer { workplace.remove() }
        let version = workplace.tree.upstream
        let evidence = "\(Files.absolute(out))/\(version)/trial"
        let steps = "RECORDER=/klp-record sh /record-trial.sh ./fix.ko ./driver.ko > trial.log 2>&1\n"
        let job: GuestJob
        do {
            let scenario = try ScenarioFile.read(Self.scenario, name: "record-trial")
            job = try GuestJob(scenario, name: "record-trial").performing(steps, as: "record-trial")
        } catch {
            throw LabError("the trial's own scenario is wrong: \(error)", advice: "This is a bug of the lab.")
        }
        let lock = try FileLock.ofEvidence(evidence)
        defer { lock.release() }
        let assignment = try Assignment(job, text: Self.scenario, evidence: evidence)
        let endings = Endings()
        let session = Session(
            workplace: workplace, machines: 1, isTraced: false, seconds: Self.seconds, progress: options.progress)
        try await session.perform([assignment]) { _, ending in await endings.add(ending) }
        guard case .performed? = await endings.last else {
            print("\(version): the trial did not come to its end: \(await endings.words)")
            return false
        }
        let log = Files.read("\(evidence)/trial.log") ?? ""
        print(log.split(separator: "\n").map { "\(version)  \($0)\n" }.joined(), terminator: "")
        // The script counts at its end; without that line it did not come there.
        var isGood = log.split(separator: "\n").last == "0 failed"
        for recording in Self.recordings {
            let judged = try await Program.run(Files.inProject("tools/klp-verify"), ["\(evidence)/\(recording)"])
            print("\(version)  \(judged.isSuccess ? "PASS" : "FAIL") klp-verify \(recording)")
            if !judged.isSuccess { print(judged.lastLines(20)) }
            isGood = isGood && judged.isSuccess
        }
        print("recordings: \(evidence)")
        Output.flush()
        return isGood
    }
}

/// How jobs ended.
private actor Endings {
    private(set) var last: Session.Ending?

    func add(_ ending: Session.Ending) { last = ending }

    var words: String {
        switch last {
        case .notBuilt(let words)?: words
        case .wedged?: "the guest stopped answering"
        case .crashed?: "the guest's kernel is gone"
        case .performed?, nil: "nothing was performed"
        }
    }
}
