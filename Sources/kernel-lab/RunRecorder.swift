import GoldenCases
import Laboratory

/// Keeps logs of golden cases as recorded runs.
struct RunRecorder: Sendable {
    let golden: String
    let workplace: Workplace

    /// The logs that are kept.
    private static let logs = ["dmesg.log", "kmsg.raw"]

    /// Keeps the log if it is as predicted, in the place of earlier recordings of the series; says what it did.
    func keep(_ assignment: Assignment, _ verdict: Verdict) -> String? {
        let name = assignment.job.name
        let directory = "\(golden)/\(name)"
        // A file elsewhere may be called as a case is.
        guard let text = Files.read("\(directory)/scenario.yaml"),
            text == Files.read("\(assignment.evidence)/scenario.yaml")
        else { return "not recorded: it is no golden case" }
        guard verdict.outcome == .agrees else { return "not recorded" }
        let series = "\(workplace.tree.series.name)."
        let target = "\(directory)/runs/\(workplace.tree.upstream)-lab"
        let part = target + ".part"
        do throws(LabError) {
            Files.remove(part)
            try Files.makeDirectory(part)
            for log in Self.logs { try Files.copy("\(assignment.evidence)/\(log)", to: "\(part)/\(log)") }
            try Files.write(provenance(name), to: "\(part)/provenance.txt")
        } catch {
            Files.remove(part)
            return "not recorded: \(error)"
        }
        for place in Files.names(in: "\(directory)/runs") where place.hasPrefix(series) && place.hasSuffix("-lab") {
            Files.remove("\(directory)/runs/\(place)")
        }
        Files.move(part, to: target)
        return "recorded"
    }

    private func provenance(_ name: String) -> String {
        let tree = workplace.tree
        return """
            Debian's kernel \(tree.release) (\(tree.version)), in QEMU \
            \(workplace.machine.acceleration == .kvm ? "with KVM" : "without hardware acceleration"), two virtual CPUs.
            Recorded on \(Today.text) with

                tools/kernel-lab run --kernel \(tree.series.name) --record \(name)

            The modules were generated from scenario.yaml. dmesg.log is what 'dmesg' of util-linux printed, kmsg.raw the same
            records read from /dev/kmsg, from the line '===== TEST:' on. livepatch's debug lines were switched on by dynamic
            debug. Copied byte for byte.

            """
    }
}
