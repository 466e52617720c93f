import Livepatch
import Scenarios
import Simulation
import Testing

@testable import Laboratory

@Suite("What the guest says of its steps")
struct StepLogTests {
    /// Loads a livepatch, loads it again (refused), removes it while it is enabled (refused), blocked in between.
    static func simulation() throws -> Simulation {
        let scenario = try ScenarioFile.read(
            """
            summary: Refusals.
            livepatches:
              - name: fix
                objects:
                  - {name: vmlinux, functions: [down_killable]}
            steps:
              - block: down_killable
              - load: fix
              - load: fix
                fails: EEXIST
              - unload: fix
                fails: EBUSY
              - unblock: down_killable
            """, name: "test")
        return try Simulation(of: scenario, generation: .linux55)
    }

    @Test("steps that end as predicted differ in nothing, whichever program says so")
    func agrees() throws {
        let log = StepLog("0 0 \n1 0 \n2 1 File exists\n3 1 Module fix is in use\n4 0\n")
        #expect(log.differences(from: try Self.simulation()) == [])
    }

    @Test(
        "each way to end otherwise is named",
        arguments: [
            ("1 1 Invalid parameters", "step 2 failed: Invalid parameters"),
            ("2 0", "step 3 succeeded; it should have failed with EEXIST"),
            (
                "2 1 Device or resource busy",
                "step 3 failed: Device or resource busy; it should have failed with EEXIST"
            ),
            (
                "3 1 Module fix is not currently loaded",
                "step 4 failed: Module fix is not currently loaded; it should have failed with EBUSY"
            ),
        ])
    func ends(line: String, sentence: String) throws {
        let step = line.prefix(1)
        let good = ["1 0", "2 1 File exists", "3 1 Module fix is in use"].filter { !$0.hasPrefix(step) }
        let log = StepLog((good + [line]).joined(separator: "\n"))
        #expect(log.differences(from: try Self.simulation()) == [sentence])
    }

    @Test("transitions that stay, and such that end, are named")
    func transitions() throws {
        let log = StepLog("1 0\n1 complete\n2 1 File exists\n3 1 Module fix is in use\n4 0\n4 pending\n")
        #expect(
            log.differences(from: try Self.simulation()) == [
                "after step 2 the transition completed; it should have stayed pending",
                "after step 5 a transition stayed pending that nothing holds up",
            ])
    }

    @Test("a log that ends early does not hide a refusal that should have come")
    func empty() throws {
        #expect(StepLog("").differences(from: try Self.simulation()).count == 2)
    }
}
