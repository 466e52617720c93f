import GoldenCases
import Livepatch
import Testing
import Timeline

/// Faults that only a part of a line, or a line of the harness, shows.
@Suite struct StrictnessTests {
    private let ftrace = "selftests/test-ftrace-livepatch-interaction-with-ftrace-enabled-sysctl"
    private let demo = "selftests/test-callbacks-target-module-before-livepatch"
    private let busy = "selftests/test-callbacks-busy-target-module"

    private func outcome(_ name: String, isFinished: Bool = false, _ edit: (inout [String]) -> Void) throws
        -> LogCheck.Outcome
    {
        let log = try TestLog(name).with(edit)
        let prediction = ScenarioPrediction(
            of: try log.golden.scenario(), name: "scenario.yaml", isFinished: isFinished)
        return try prediction.check(Source(text: log.text.utf8, name: "log", index: 0, needles: prediction.needles))
            .outcome
    }

    @Test func ftraceMustNotBeSwitchedOffUnderALivepatch() throws {
        #expect(try outcome(ftrace) { _ in } == .passed)
        let refusal = "livepatch: sysctl: setting key \"kernel.ftrace_enabled\": Device or resource busy"
        let switched = try outcome(ftrace) { lines in
            lines = lines.map { $0.replacing(refusal, with: "livepatch: kernel.ftrace_enabled = 0") }
        }
        #expect(switched == .failed)
        #expect(try outcome(ftrace) { lines in lines.removeAll { $0.contains(refusal) } } == .failed)
    }

    @Test func aLoadThatShouldNotFailMustNot() throws {
        let failed = try outcome(demo) {
            $0.append(
                "[   50.000000] insmod: ERROR: could not insert module test_klp_callbacks_demo.ko: No such device")
        }
        #expect(failed == .failed)
        let other = try outcome(demo) {
            $0.append("[   50.000000] insmod: ERROR: could not insert module nfs.ko: No such device")
        }
        #expect(other == .passed)
    }

    @Test func aLoadMustFailForTheRightReason() throws {
        let name = "selftests/test-callbacks-pre-patch-callback-enodev"
        let words = ["No such device": true, "Device or resource busy": false, "a tool's own words": true]
        for (text, isRight) in words {
            let outcome = try outcome(name) { lines in
                lines.removeAll { $0.contains("ERROR: could not insert") }
                let place = lines.firstIndex { $0.contains("unpatching complete") } ?? 0
                lines.insert(
                    "[   60.000000] insmod: ERROR: could not insert module test_klp_callbacks_demo.ko: \(text)",
                    at: place + 1)
            }
            #expect(outcome == (isRight ? .passed : .failed), "\(text)")
        }
    }

    @Test func aCallbackMustSeeItsModuleInTheRightState() throws {
        let going = try outcome(demo) { lines in
            lines = lines.map {
                $0.replacing("[MODULE_STATE_LIVE] Normal state", with: "[MODULE_STATE_GOING] Going away")
            }
        }
        #expect(going == .failed)
        let silent = try outcome(demo) { lines in
            lines = lines.map { $0.replacing(" -> [MODULE_STATE_LIVE] Normal state", with: "") }
        }
        #expect(silent == .failed)
    }

    @Test func whatAModuleOfTheScenarioSaysAndNobodyKnowsIsRemarked() throws {
        let log = try TestLog(demo).with { $0.append("[   50.000000] test_klp_callbacks_demo: something new") }
        let check = try log.check()
        #expect(check.outcome == .passed)
        #expect(check.unknown.map(\.message) == ["test_klp_callbacks_demo: something new"])
    }

    @Test func whatIsMissingAtTheEndOfAFinishedTestWasNotPrinted() throws {
        let cut = { (lines: inout [String]) in lines.removeAll { $0.contains("test_klp_callbacks_busy_exit") } }
        #expect(try outcome(busy, cut) == .inconclusive(.endsEarly(step: 7)))
        #expect(try outcome(busy, isFinished: true, cut) == .failed)
    }

    @Test func aKernelThatSaysNothingFailedIfTheStepsWereDone() throws {
        let silent = { (lines: inout [String]) in
            lines.removeAll { $0.contains("] livepatch: ") || $0.contains("] test_klp") }
        }
        #expect(try outcome(busy, silent) == .inconclusive(.nothingSeen))
        #expect(try outcome(busy, isFinished: true, silent) == .failed)
    }

    /// The exit function of the module ends what holds up the transition; the periodic work may come before klp_module_going.
    @Test func aTransitionMayCompleteWhileTheModuleThatHeldItUpExits() throws {
        let golden = Repository.golden("modules-in-transition/held-up-by-the-module")
        let prediction = ScenarioPrediction(of: try golden.scenario(), name: golden.name)
        let early =
            """
            driver: driver_init
            livepatch: enabling patch 'fix'
            livepatch: 'fix': initializing patching transition
            fix: pre_patch_callback: vmlinux
            fix: pre_patch_callback: driver -> [MODULE_STATE_LIVE] Normal state
            livepatch: 'fix': starting patching transition
            driver: driver_exit
            livepatch: 'fix': completing patching transition
            fix: post_patch_callback: vmlinux
            fix: post_patch_callback: driver -> [MODULE_STATE_GOING] Going away
            livepatch: 'fix': patching complete
            fix: pre_unpatch_callback: driver -> [MODULE_STATE_GOING] Going away
            livepatch: reverting patch 'fix' on unloading module 'driver'
            fix: post_unpatch_callback: driver -> [MODULE_STATE_GOING] Going away

            """
        let kept = try SmallFile.text(of: golden.expectedPath(.linux55))
        let rest = kept.split(separator: "\n").drop { !$0.hasPrefix("% echo 0") }.joined(separator: "\n")
        let source = Source(text: (early + rest + "\n").utf8, name: "log", index: 0, needles: prediction.needles)
        #expect(try prediction.check(source).outcome == .passed)
    }

    @Test func whatIsNoLogIsNotTakenForASilentKernel() throws {
        let golden = Repository.golden(demo)
        let prediction = ScenarioPrediction(of: try golden.scenario(), name: golden.name)
        let trace: [UInt8] = [0x17, 0x08, 0x44] + Array("tracing6".utf8) + [UInt8](repeating: 0, count: 600)
        for bytes in [trace, [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0, count: 600)] {
            let source = Source(text: bytes, name: "file", index: 0, needles: prediction.needles)
            #expect(throws: GoldenError.self) { try prediction.check(source) }
        }
    }
}
