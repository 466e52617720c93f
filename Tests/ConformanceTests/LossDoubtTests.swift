import Conformance
import Testing

/// A loss may hide whole operations: what has to be taken to have happened meanwhile accuses nobody, until it is certain again.
@Suite struct LossDoubtTests {
    private static let loss = "** 12 printk messages dropped **"

    private func enabling(_ patch: String) -> String {
        """
        livepatch: enabling patch '\(patch)'
        livepatch: '\(patch)': initializing patching transition
        \(patch): pre_patch_callback: vmlinux
        livepatch: '\(patch)': starting patching transition

        """
    }

    private func complete(_ patch: String) -> String {
        """
        livepatch: '\(patch)': completing patching transition
        \(patch): post_patch_callback: vmlinux
        livepatch: '\(patch)': patching complete

        """
    }

    private func disabling(_ patch: String) -> String {
        """
        livepatch: '\(patch)': initializing unpatching transition
        \(patch): pre_unpatch_callback: vmlinux
        livepatch: '\(patch)': starting unpatching transition
        livepatch: '\(patch)': completing unpatching transition
        \(patch): post_unpatch_callback: vmlinux
        livepatch: '\(patch)': unpatching complete

        """
    }

    private func coming(_ patch: String, _ module: String, postPatch: Bool = true) -> String {
        let state = "\(module) -> [MODULE_STATE_COMING] Full formed, running module_init"
        return """
            livepatch: applying patch '\(patch)' to loading module '\(module)'
            \(patch): pre_patch_callback: \(state)
            \(postPatch ? "\(patch): post_patch_callback: \(state)" : "")

            """
    }

    private func verdict(_ log: String) throws -> Verdict { try #require(Dmesg(log).analysis()).verdict }

    @Test func aCompletionThatWasLostIsNotMissedLater() throws {
        // Between the loss and what needs the completion stands something else.
        let refused = "livepatch: Livepatch patch (q) is not compatible with the already installed livepatches.\n"
        #expect(
            try verdict(enabling("p") + Self.loss + "\n" + refused + coming("p", "m") + disabling("p")) == .inconclusive
        )
        // Without the loss it is.
        #expect(try verdict(enabling("p") + refused + coming("p", "m") + disabling("p")) == .violates)
    }

    @Test func aModuleMayHaveGoneUnseen() throws {
        let applying = "livepatch: applying patch 'p' to loading module 'm'\n"
        let other = "livepatch: applying patch 'p' to loading module 'n'\n"
        let log = { (loss: String) in enabling("p") + complete("p") + applying + loss + other + applying }
        #expect(try verdict(log(Self.loss + "\n")) != .violates)
        #expect(try verdict(log("")) == .violates)
    }

    @Test(arguments: [false, true]) func aModuleMayHaveComeUnseen(_ isEnabledAgain: Bool) throws {
        let live = "m -> [MODULE_STATE_LIVE] Normal state"
        let going = "m -> [MODULE_STATE_GOING] Going away"
        let both = { (log: String, kind: String) in
            log.replacing(
                "p: \(kind)_callback: vmlinux", with: "p: \(kind)_callback: vmlinux\np: \(kind)_callback: \(live)")
        }
        let enabled = both(both(enabling("p"), "pre_patch") + complete("p"), "post_patch")
        let gone = """
            p: pre_unpatch_callback: \(going)
            livepatch: reverting patch 'p' on unloading module 'm'
            p: post_unpatch_callback: \(going)

            """
        // The module is there again: the line that says so was lost.
        let later = both(both(disabling("p"), "pre_unpatch"), "post_unpatch") + (isEnabledAgain ? enabled : "")
        #expect(try verdict(enabled + gone + Self.loss + "\n" + later) != .violates)
        #expect(try verdict(enabled + gone + later) == .violates)
    }

    @Test func whatIsCertainAgainIsJudged() throws {
        let before = enabling("p") + Self.loss + "\n" + complete("p")
        #expect(try verdict(before + disabling("p")) != .violates)
        #expect(
            try verdict(before + disabling("p").replacing("pre_unpatch_callback", with: "pre_patch_callback"))
                == .violates)
    }

    @Test func whatStoodBeforeTheLossIsJudged() throws {
        let wrong = enabling("p") + complete("p").replacing("post_patch_callback", with: "pre_unpatch_callback")
        #expect(try verdict(wrong + Self.loss + "\n" + disabling("p")) == .violates)
    }

    @Test func anEnablingThatIsSeenAsAWholeIsJudgedByItself() throws {
        let swapped = enabling("q").replacing("pre_patch_callback", with: "post_patch_callback")
        #expect(
            try verdict(enabling("p") + complete("p") + Self.loss + "\n" + swapped + complete("q")) == .violates)
    }

    @Test func aTransitionMayHaveEndedAndTheNextBegunUnseen() throws {
        let forced =
            "% echo 1 > /sys/kernel/livepatch/p/force\nlivepatch: forcing remaining tasks to the patched state\n"
        #expect(try verdict(forced + Self.loss + "\n" + disabling("p")) == .inconclusive)
        #expect(try verdict(forced + Self.loss + "\n" + enabling("p")) == .inconclusive)
        // Who is disabled was not in transition.
        #expect(try verdict(forced + disabling("p")) == .violates)
    }

    @Test func aModuleCameOutsideOfATransitionThatBeganUnseen() throws {
        let refused = """
            livepatch: applying patch 'p' to loading module 'm'
            p: pre_patch_callback: m -> [MODULE_STATE_COMING] Full formed, running module_init
            livepatch: pre-patch callback failed for object 'm'
            livepatch: patch 'p' failed for module 'm', refusing to load module 'm'

            """
        let completing = disabling("p").split(separator: "\n").dropFirst(3).joined(separator: "\n") + "\n"
        #expect(try verdict(refused + coming("p", "m") + Self.loss + "\n" + completing) == .inconclusive)
    }

    @Test func aModuleWentInATransitionThatEndedUnseen() throws {
        let going = "m -> [MODULE_STATE_GOING] Going away"
        let gone = { (before: String) in
            """
            % rmmod m
            \(before)livepatch: reverting patch 'p' on unloading module 'm'
            p: post_unpatch_callback: \(going)

            """
        }
        let first = gone("")
        let second = gone("p: pre_unpatch_callback: \(going)\n")
        let later = coming("p", "m") + second + disabling("p")
        #expect(try verdict(first + Self.loss + "\n" + later) == .inconclusive)
        #expect(try verdict(first + later) == .violates)
    }

    @Test func theEndOfOneTransitionAndAllOfTheNextMayBeLost() throws {
        let cut = complete("p").split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        let again = enabling("p") + cut + Self.loss + "\nlivepatch: 'p': unpatching complete\n"
        #expect(try verdict(again + enabling("p")) == .inconclusive)
        #expect(try verdict(again.replacing(Self.loss + "\n", with: "") + enabling("p")) == .violates)
    }

    @Test func whatStandsAtTheEndMayHaveComeBeforeWhatIsMissing() throws {
        // The callback is wrong; `starting` may still come.
        let open = enabling("p").replacing(
            "livepatch: 'p': starting patching transition", with: "p: pre_patch_callback: vmlinux")
        let analysis = try #require(Dmesg(open).analysis())
        #expect(analysis.findings.allSatisfy { if case .missing = $0.subject { false } else { true } })
        #expect(analysis.undecided.contains { $0.reason == .pending })
    }
}
