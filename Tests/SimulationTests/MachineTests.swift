import Livepatch
import Scenarios
import Simulation
import Testing

@Suite("A machine on which steps are made up as they go")
struct MachineTests {
    private let manifest = Manifest(livepatches: [
        LivepatchDescription(
            name: "fix", objects: [ObjectDescription(name: Event.vmlinux, functions: ["down_killable"])],
            replace: .fixed(false), states: [])
    ])

    @Test("says how each step ended, and what is left")
    func steps() throws {
        var machine = Machine(manifest: manifest, generation: .linux55)
        #expect(machine.isAsBooted)
        let load = ScenarioStep(.load(module: "fix", LoadOptions()), leavesPending: true)
        #expect(try machine.perform(load).isRace)
        #expect(machine.isAboutToComplete)
        #expect(try machine.perform(load).failure == .exists)
        #expect(try !machine.perform(ScenarioStep(.complete(patch: "fix"))).isRace)
        _ = try machine.perform(ScenarioStep(.block(function: "down_killable")))
        #expect(machine.functionsWithSleepers == ["down_killable"])
        _ = try machine.perform(ScenarioStep(.disable(patch: "fix")))
        #expect(machine.blockingFunction == "down_killable")
        let before = machine
        #expect(throws: SimulationError.self) { _ = try machine.perform(ScenarioStep(.complete(patch: "fix"))) }
        #expect(machine == before)
        _ = try machine.perform(ScenarioStep(.unblock(function: "down_killable")))
        #expect(!machine.isAsBooted)
        _ = try machine.perform(ScenarioStep(.unload(module: "fix")))
        #expect(machine.isAsBooted)
        _ = try machine.perform(ScenarioStep(.occupy(function: "down_killable")))
        #expect(machine.occupiedFunctions == ["down_killable"])
        #expect(!machine.isAsBooted)
    }
}
