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
        let tree = workplace.tree
        let target = "\(directory)/runs/\(tree.place)-lab"
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
        for place in Files.names(in: "\(directory)/runs") where isEarlier(place, tree) {
            Files.remove("\(directory)/runs/\(place)")
        }
        Files.move(part, to: target)
        return "recorded"
    }

    /// True for a recording of another kernel of the series.
    private func isEarlier(_ place: String, _ tree: KernelTree) -> Bool {
        let isOfSeries =
            tree.series.ownTree == nil
            ? place.hasPrefix("\(tree.series.name).")
                && place.dropLast("-lab".count).allSatisfy { $0.isNumber || $0 == "." }
            : place.hasSuffix("-\(tree.series.generation.rawValue)-lab")
        return isOfSeries && place.hasSuffix("-lab")
    }

    private func provenance(_ name: String) -> String {
        let tree = workplace.tree
        let isOwn = tree.series.ownTree != nil
        let kernel =
            isOwn
            ? "A kernel \(tree.release) built for the lab, with the livepatch of \(tree.series.generation.rawValue) put into it"
            : "Debian's kernel \(tree.release) (\(tree.version))"
        let option =
            isOwn ? "--tree LINUX --generation \(tree.series.generation.rawValue)" : "--kernel \(tree.series.name)"
        return """
            \(kernel), in QEMU \
            \(workplace.machine.acceleration == .kvm ? "with KVM" : "without hardware acceleration"), two virtual CPUs.
            Recorded on \(Today.text) with

                tools/kernel-lab run \(option) --record \(name)

            The modules were generated from scenario.yaml. dmesg.log is what 'dmesg' of util-linux printed, kmsg.raw the same
            records read from /dev/kmsg, from the line '===== TEST:' on. livepatch's debug lines were switched on by dynamic
            debug. Copied byte for byte.

            """
    }
}
