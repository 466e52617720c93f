import Conformance
import KernelLog
import Livepatch
import ReferenceEngine
import Testing
import Timeline

/// The cases that decide the design, each on a small log.
struct DesignCases {
    private let patch = "test_klp_callbacks_demo"

    private func operations(_ log: Dmesg) throws -> [Operation?] {
        try #require(log.analysis()).operations.map(\.operation)
    }

    // MARK: Debug lines are off; what `starting unpatching` means depends on the state.

    @Test func startingUnpatchingOfAnEnabledPatchIsADisable() throws {
        let log = (Dmesg.enable("first") + .disable("first")).withoutDebugLines
        #expect(try operations(log).contains(.disable(patch: "first")))
        #expect(try !operations(log).contains(.reverse(patch: "first")))
        #expect(log.analysis()?.verdict == .conforms)
    }

    @Test func startingUnpatchingOfAPatchInTransitionIsAReversal() throws {
        let log = Dmesg(
            """
            livepatch: enabling patch 'first'
            livepatch: 'first': starting patching transition
            livepatch: 'first': starting unpatching transition
            livepatch: 'first': unpatching complete
            """)
        #expect(try operations(log).contains(.reverse(patch: "first")))
        #expect(try !operations(log).contains(.disable(patch: "first")))
        #expect(log.analysis()?.verdict == .conforms)
    }

    // MARK: The log begins inside a transition.

    @Test func anOperationThatBeganBeforeTheLogIsUndecidedAndTheDisableAfterItConforms() throws {
        let log = Dmesg("livepatch: 'first': patching complete") + .disable("first")
        let analysis = try #require(log.analysis())
        #expect(analysis.verdict == .inconclusive)
        #expect(analysis.findings.isEmpty)
        #expect(Set(analysis.undecided.map(\.reason)) == [.beganBefore])
        #expect(analysis.undecided.allSatisfy { ($0.place?.index ?? 0) == 0 })
        #expect(analysis.operations.map(\.operation).contains(.disable(patch: "first")))
    }

    @Test func aWholeDisableOfAPatchNeverSeenEnabledConforms() {
        #expect(Dmesg.disable("first").analysis()?.verdict == .conforms)
    }

    // MARK: One swapped pair of callbacks.

    @Test func oneObjectOrderMustFitAllPhases() throws {
        let log = Dmesg.demoAndModule.swapping(
            "post_patch_callback: vmlinux", "post_patch_callback: test_klp_callbacks_mod")
        let analysis = try #require(log.analysis())
        #expect(analysis.verdict == .violates)
        let finding = try #require(analysis.findings.first)
        #expect(analysis.findings.count == 1)
        #expect(finding.rule == .oneObjectOrder)
        #expect(finding.place != nil && finding.because != nil)
    }

    @Test func ifOnlyOnePhaseIsSeenEitherOrderIsGood() {
        func log(_ first: String, _ second: String) -> Dmesg {
            Dmesg(
                """
                livepatch: enabling patch 'lp'
                lp: pre_patch_callback: \(first)
                lp: pre_patch_callback: \(second)
                livepatch: 'lp': starting patching transition
                livepatch: 'lp': patching complete
                """)
        }
        let module = "nfs -> [MODULE_STATE_LIVE] Normal state"
        let one = log("vmlinux", module).analysis()
        let other = log(module, "vmlinux").analysis()
        #expect(one?.verdict == other?.verdict)
        #expect(one?.verdict != .violates)
    }

    // MARK: Doubled lines.

    @Test func oneDuplicatedLineViolates() {
        let log = Dmesg.demoEnabled.doubling("starting patching")
        #expect(log.analysis()?.verdict == .violates)
    }

    @Test func everyLineDoubledIsOneEvent() throws {
        let log = Dmesg.demoEnabled + .demoDisabled
        let doubled = log.text.split(separator: "\n").map { "\($0)\n\($0)\n" }.joined()
        let source = Source(text: doubled.utf8, name: "two-consoles", index: 0, needles: Needles.all)
        let analysis = try #require(EvidenceSets.boots(of: [source]).map { Analysis(of: $0) }.first)
        #expect(analysis.observations.map(\.event) == log.analysis()?.observations.map(\.event))
        #expect(analysis.verdict == .conforms)
    }

    // MARK: Commands that the kernel refuses in silence.

    @Test func aSecondEnableDuringATransitionIsRefusedInSilence() throws {
        let log = Dmesg.enableStarts("first") + Dmesg("% insmod second.ko") + .patchingCompletes("first")
        let analysis = try #require(log.analysis())
        #expect(analysis.verdict == .conforms)
        let refusal = try #require(analysis.silentRefusals.first)
        #expect(refusal.patch == "second")
        guard case .busy("first", let since) = refusal.reason else {
            Issue.record("\(refusal.reason)")
            return
        }
        #expect(since?.event.message == .starting)
    }

    // MARK: Enabled, or replaced.

    @Test func anEnabledPatchNeverMentionedAgainIsEnabledOrReplaced() throws {
        let analysis = try #require((Dmesg.enable("first") + .enable("second")).analysis())
        #expect(analysis.verdict == .conforms)
        let first = try #require(analysis.histories.first { $0.name == "first" })
        guard case .enabledOrReplaced(by: ["second"], _) = first.status else {
            Issue.record("\(first.status)")
            return
        }
    }

    @Test func aLaterDisableSettlesThatItWasNotReplaced() throws {
        let log = Dmesg.enable("first") + .enable("second") + .disable("second") + .disable("first")
        let analysis = try #require(log.analysis())
        #expect(analysis.verdict == .conforms)
        #expect(isDisabled(analysis.histories.first { $0.name == "first" }))
    }

    @Test func aLaterEnableSettlesThatItWasReplaced() throws {
        let analysis = try #require((Dmesg.enable("first") + .enable("second") + .enable("first")).analysis())
        #expect(analysis.verdict == .conforms)
        #expect(analysis.histories.first { $0.name == "first" }?.enableCount == 2)
    }

    /// A cumulative livepatch is taken back and its predecessor loaded again: this can only be if it was replaced.
    @Test func anEnableAfterTheReplacingPatchIsDisabledSettlesItToo() throws {
        let log = Dmesg.enable("first") + .enable("second") + .disable("second") + .enable("first")
        let analysis = try #require(log.analysis())
        #expect(analysis.findings.isEmpty)
        #expect(analysis.verdict == .conforms)
    }

    private func isDisabled(_ history: LivepatchHistory?) -> Bool {
        if case .disabled? = history?.status { true } else { false }
    }

    // MARK: Callbacks that are not printed, or of which one is lost.

    @Test func livepatchesThatPrintNoCallbacksConform() throws {
        let analysis = try #require((Dmesg.enable("kpatch_5_14_0") + .disable("kpatch_5_14_0")).analysis())
        #expect(analysis.verdict == .conforms)
        #expect(analysis.histories.map(\.callbackCount) == [0])
    }

    /// An enable and a disable of which the only pre_patch line of the object is missing.
    private var withoutPrePatch: Dmesg {
        (Dmesg.demoEnabled + .demoDisabled).without("pre_patch_callback").replacing(patch, with: "lp")
    }

    @Test func withAManifestAMissingPrePatchViolates() throws {
        let objects = [ObjectDescription(name: "vmlinux", callbacks: Set(CallbackKind.allCases))]
        let manifest = Manifest(livepatches: [LivepatchDescription(name: "lp", objects: objects)])
        let analysis = try #require(withoutPrePatch.analysis(manifest: manifest))
        #expect(analysis.verdict == .violates)
        #expect(analysis.findings.map(\.rule) == [.prePatchForEveryObject])
    }

    @Test func byInferenceAMissingPrePatchIsAnAsymmetryAndAWarning() throws {
        let analysis = try #require(withoutPrePatch.analysis())
        #expect(analysis.verdict == .conforms)
        #expect(analysis.findings.map(\.severity) == [.warning])
        guard case .asymmetric(patch: "lp", object: "vmlinux", _)? = analysis.findings.first?.subject else {
            Issue.record("\(analysis.findings)")
            return
        }
    }
}
