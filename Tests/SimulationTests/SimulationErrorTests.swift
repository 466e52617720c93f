import Scenarios
import Simulation
import Testing

/// Steps that read well and cannot be performed as they are meant.
@Suite struct SimulationErrorTests {
    /// The first step is line 4.
    @Test(arguments: [
        (
            "  - load: fix\n  - reverse: fix",
            "fix.yaml:5:5: 'fix' is not in transition here; add 'pending: true' or a 'block' before"
        ),
        (
            "  - load: fix\n  - complete: fix",
            "fix.yaml:5:5: 'fix' is not in transition here; add 'pending: true' to the step that starts one"
        ),
        (
            "  - block: do_work\n  - load: fix\n  - complete: fix",
            "fix.yaml:6:5: the transition of 'fix' cannot complete: a task sleeps in do_work"
        ),
        ("  - load: fix\n  - signal: fix", "fix.yaml:5:5: 'fix' is not in transition here, so nobody is signalled"),
        (
            "  - block: do_work\n  - load: fix\n  - signal: fix\n  - signal: fix",
            "fix.yaml:7:5: the kernel says so once for each start of a transition (since 5.1)"
        ),
        (
            "  - load: fix\n    fails: EBUSY",
            "fix.yaml:4:5: the step was to fail with EBUSY, and succeeds in linux-5.5"
        ),
        (
            "  - load: fix\n  - enable: fix\n    fails: EBUSY",
            "fix.yaml:5:5: the step was to fail with EBUSY, and fails with EINVAL in linux-5.5"
        ),
    ])
    func theErrorNamesPlaceAndWhatToDo(_ steps: String, _ expected: String) throws {
        let scenario = try ScenarioFile.read(
            """
            summary: A scenario with a mistake.
            livepatches: [{name: fix, objects: [{name: vmlinux, functions: [do_work]}]}]
            steps:
            \(steps)
            """, name: "fix.yaml")
        #expect(problem(scenario) == expected)
    }

    private func problem(_ scenario: Scenario) -> String? {
        do {
            _ = try Simulation(of: scenario, generation: .linux55)
            return nil
        } catch {
            return error.description(file: "fix.yaml")
        }
    }
}
