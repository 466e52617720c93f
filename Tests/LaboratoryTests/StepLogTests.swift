import Livepatch
import Scenarios
import Simulation
import TestSupport
import Testing

@testable import Laboratory

@Suite("What the guest says of its steps")
struct StepLogTests {
    /// Loads a livepatch, loads it again (refused), removes it while it is enabled (refused), blocked in between.
    static func scenario() throws -> Scenario {
        try ScenarioFile.read(
            SmallScenario.text(
                steps: """
                    - block: down_killable
                    - load: fix
                    - {load: fix, fails: EEXIST}
                    - {unload: fix, fails: EBUSY}
                    - unblock: down_killable
                    """), name: "test")
    }

    static func differences(_ log: String) throws -> [String] {
        let scenario = try scenario()
        return StepLog(log).differences(from: try Simulation(of: scenario, generation: .linux55), of: scenario)
    }

    @Test("steps that end as predicted differ in nothing, whichever program says so")
    func agrees() throws {
        #expect(
            try Self.differences("0 0 \n1 0 \n2 1 File exists\n3 1 Module fix is in use\n4 0\n") == [])
    }

    @Test(
        "each way to end otherwise is named",
        arguments: [
            ("1 1 Invalid parameters", "step 2 (% insmod fix) failed: Invalid parameters"),
            ("2 0", "step 3 (% insmod fix) succeeded; it should have failed with EEXIST"),
            (
                "2 1 Device or resource busy",
                "step 3 (% insmod fix) failed: Device or resource busy; it should have failed with EEXIST"
            ),
            (
                "3 1 Module fix is not currently loaded",
                "step 4 (% rmmod fix) failed: Module fix is not currently loaded; it should have failed with EBUSY"
            ),
        ])
    func ends(line: String, sentence: String) throws {
        let step = line.prefix(1)
        let good = ["0 0", "1 0", "2 1 File exists", "3 1 Module fix is in use", "4 0"].filter { !$0.hasPrefix(step) }
        #expect(try Self.differences((good + [line]).joined(separator: "\n")) == [sentence])
    }

    @Test("transitions that stay, and such that end, are named")
    func transitions() throws {
        #expect(
            try Self.differences(
                "0 0\n1 0\n1 complete\n2 1 File exists\n3 1 Module fix is in use\n4 0\n4 pending\n") == [
                    "after step 2 (% insmod fix) the transition completed; it should have stayed pending",
                    "after step 5 (# the tasks that sleep in down_killable leave it) a transition stayed pending that nothing holds up",
                ])
    }

    @Test("a transition that was early is no difference from a prediction in which it is")
    func early() throws {
        let scenario = try ScenarioFile.read(
            SmallScenario.text(steps: "- {load: fix, pending: true}\n- disable: fix"), name: "test")
        let log = StepLog("0 0\n0 complete\n1 0\n")
        let early = try Simulation(of: scenario, generation: .linux55, early: [0])
        #expect(log.differences(from: early, of: scenario) == [])
        let intended = try Simulation(of: scenario, generation: .linux55)
        #expect(log.differences(from: intended, of: scenario).count == 1)
    }

    @Test("a log that ends early says nothing of the steps that follow, and that is a difference each")
    func empty() throws {
        let sentences = try Self.differences("0 0\n1 0\n")
        #expect(sentences.count == 3)
        #expect(sentences.allSatisfy { $0.contains("has no end") })
    }
}
