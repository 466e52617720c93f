import Livepatch
import Scenarios
import Simulation
import Testing

@Suite("A kernel that completes a transition before the next step")
struct EarlyTests {
    private func failures(_ steps: String) throws -> [String?] {
        let text = """
            summary: A livepatch is enabled, and the next step follows at once.
            livepatches:
              - {name: fix, objects: [{name: vmlinux, functions: [down_killable]}]}
            steps:
              - load: fix
                pending: true

            """
        let scenario = try ScenarioFile.read(text + steps, name: "text")
        let simulation = try Simulation(of: scenario, generation: .linux55, early: [0, 1], mayFailOtherwise: true)
        return simulation.failures.map { $0?.name }
    }

    @Test("is waited for in vain")
    func complete() throws {
        #expect(try failures("  - complete: fix\n  - disable: fix\n") == [nil, nil, nil])
    }

    @Test("is not reversed: the livepatch is disabled, or is gone")
    func reverse() throws {
        #expect(try failures("  - reverse: fix\n") == [nil, nil])
        #expect(try failures("  - disable: fix\n    pending: true\n  - reverse: fix\n") == [nil, nil, "ENOENT"])
    }
}
