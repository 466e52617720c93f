import Conformance
import Livepatch
import Testing

/// Excerpts that people posted on mailing lists and in issue trackers, and what a person who reads them concludes.
struct WildTests {
    struct Excerpt: Sendable, CustomTestStringConvertible {
        let name: String
        let verdict: Verdict
        /// What decides.
        let why: String

        init(_ name: String, _ verdict: Verdict, _ why: String) {
            self.name = name
            self.verdict = verdict
            self.why = why
        }

        var testDescription: String { "\(name) \(verdict.rawValue): \(why)" }
    }

    static let excerpts = conforming + rejected + slowOrStalled + truncated + others

    private static let conforming = [
        Excerpt("017-arm64-sframe-ec2.log", .conforms, "enabled and disabled"),
        Excerpt("061-ubuntu-sample-54.log", .conforms, "enabled"),
        Excerpt("062-canonical-lkp-44.log", .conforms, "enabled, before there were transitions"),
        Excerpt("089-windriver-arm-serial.log", .conforms, "enabled; the disable left no line"),
        Excerpt("099-benshushu-arm64-prompt-glued.log", .conforms, "disabled, a prompt before the record"),
        Excerpt("101-loongarch-dmesg-t.log", .conforms, "enabled and disabled, without stamps"),
        Excerpt("065-kpatch841-missing-quote.log", .inconclusive, "begins in a transition"),
        Excerpt("031-locale-chinese-sysctl.log", .inconclusive, "a hunk of a diff; only the harness failed"),
    ]

    private static let rejected = [
        Excerpt("043-refuse-reload-x86-ppc.log", .conforms, "a module that cannot be patched is refused"),
        Excerpt("055-nothing-to-patch.log", .conforms, "a patch of nothing is refused"),
        Excerpt("069-kpatch660-support-disabled.log", .conforms, "the module loader refuses"),
        Excerpt("077-ppc64-mcount-sort-find-location.log", .conforms, "an enable that fails is taken back"),
        Excerpt("097-kpatch799-no-consistency.log", .conforms, "no reliable stacks"),
        Excerpt("107-ambiguity-null-object.log", .conforms, "an ambiguous symbol"),
        Excerpt("063-openeuler-sssdk-not-loaded.log", .inconclusive, "a vendor's message"),
    ]

    private static let slowOrStalled = [
        Excerpt("047-arm64-15s-every-transition.log", .inconclusive, "the diff's hunk ends before the completion"),
        Excerpt("102-loongarch-quoted-printable-raw.log", .inconclusive, "slow; begins in a transition"),
        Excerpt("053-idle-swapper-never.log", .inconclusive, "one task that is not switched"),
        Excerpt("057-vpsadminos-stg-node1-stuck.log", .inconclusive, "never completes"),
        Excerpt("083-vn-lab4-kvm-vcpu-stall.log", .inconclusive, "a lockup in the transition"),
    ]

    private static let truncated = [
        Excerpt("019-transition-timing-adobriyan.log", .inconclusive, "no line says who enabled it"),
        Excerpt("030-s390-truncated-3line.log", .inconclusive, "the end of a transition"),
        Excerpt("059-ocp-rhel9-4-copyfail-start-only.log", .inconclusive, "the start of a transition"),
        Excerpt("081-hackman-msec-stamps.log", .inconclusive, "no transition is shown"),
        Excerpt("087-riscv-start-then-rmmod.log", .inconclusive, "rmmod in a transition"),
    ]

    private static let others = [
        Excerpt("091-xen-lookalike.log", .inconclusive, "Xen's live patching"),
        Excerpt("105-kpatch254-delaying-vmlinux.log", .inconclusive, "kpatch.ko, which is not modelled"),
        Excerpt("111-cfi-failure-enable.log", .inconclusive, "a crash"),
        Excerpt("113-kernelci-sysctl-missing.log", .inconclusive, "the harness wrote it"),
    ]

    @Test(arguments: excerpts) func anExcerptIsJudgedAsAReaderWould(excerpt: Excerpt) {
        let verdicts = Fixtures.analyses("wild/" + excerpt.name).map(\.verdict)
        #expect((verdicts.max() ?? .inconclusive) == excerpt.verdict)
    }

    @Test(arguments: excerpts) func nothingIsHeldAgainstAnyOfThem(excerpt: Excerpt) {
        let findings = Fixtures.analyses("wild/" + excerpt.name).flatMap(\.findings)
        #expect(!findings.contains { $0.severity == .error })
    }

    @Test func everyExcerptIsInTheTable() {
        #expect(Fixtures.logs(in: "wild") == Self.excerpts.map(\.name).sorted())
    }

    @Test func anotherHypervisorsLinesAreNotLivepatchs() {
        #expect(Fixtures.analyses("wild/091-xen-lookalike.log").flatMap(\.observations).isEmpty)
    }

    @Test func aHarnessThatWritesIntoTheLogIsNotTheKernel() {
        let analyses = Fixtures.analyses("wild/113-kernelci-sysctl-missing.log")
        #expect(analyses.flatMap(\.observations).allSatisfy { $0.event.message == .harnessNote })
        #expect(analyses.flatMap(\.operations).isEmpty)
    }

    /// The WARN in core.c is from https://lore.kernel.org/all/YYAZUDfIj/UpJWoi@redhat.com/ (5.15.0-rc7+ with a proposed
    /// patch), printed after a replacing livepatch completed; the other two files are put in its place.
    @Test(arguments: ["core", "transition", "patch"]) func aWarnInLivepatchViolates(file: String) throws {
        let log = Dmesg.enable("test_klp_livepatch") + .enable("test_klp_atomic_replace")
        let place = "kernel/livepatch/\(file).c:996 __klp_enable_patch.cold+0xbd/0x132"
        let analysis = try #require((log + Dmesg("WARNING: CPU: 16 PID: 35260 at \(place)")).analysis())
        #expect(log.analysis()?.verdict == .conforms)
        #expect(analysis.verdict == .violates)
        #expect(analysis.findings.map(\.subject) == [.kernelWarning])
    }

    /// Made up after the form of the one above.
    @Test(arguments: ["shadow", "state"]) func aWarnAboutTheUserOfLivepatchDoesNotViolate(file: String) throws {
        let warning = "WARNING: CPU: 16 PID: 35260 at kernel/livepatch/\(file).c:96 klp_shadow_alloc+0xbd/0x132"
        let analysis = try #require((Dmesg.enable("first") + Dmesg(warning)).analysis())
        #expect(analysis.verdict != .violates)
        #expect(analysis.findings.map(\.severity) == [.warning])
    }
}
