import Livepatch
import Scenarios
import Simulation
import Testing

/// What a module prints that calls the shadow variable API.
@Suite struct ShadowCallTests {
    private func scenario(_ steps: String) -> String {
        """
        summary: Calls.
        modules:
          - {name: user}
        livepatches:
          - {name: fix, objects: [{name: vmlinux, functions: [absent], missing: [absent]}]}
        steps:
          - load: user

        """ + steps
    }

    @Test func theKernelSaysWhichErrorAConstructorReturned() throws {
        let lines = try kernelLines(
            scenario("  - {shadow: alloc, by: user, object: task, id: 0x1f, ctor: construct, ctor_ret: -ENOMEM}"))
        #expect(lines.contains("livepatch: Failed to construct shadow variable <task, 1f> (-12)"))
        #expect(lines.last?.hasSuffix(" = PTR0") == true)
    }

    @Test func withoutAConstructorTheDataAreZero() throws {
        let lines = try kernelLines(
            scenario(
                """
                  - {shadow: alloc, by: user, object: task, id: 1, ctor_data: ignored}
                  - {shadow: get, by: user, object: task, id: 1}
                """))
        #expect(lines.last == "user:   got expected PTR1 -> PTR0 result")
    }

    @Test func aModuleThatIsLoadedAgainNumbersItsPointersAnew() throws {
        let lines = try kernelLines(
            scenario(
                """
                  - {shadow: get, by: user, object: first, id: 1}
                  - {shadow: get, by: user, object: second, id: 1}
                  - unload: user
                  - load: user
                  - {shadow: get, by: user, object: second, id: 1}
                """))
        #expect(lines.filter { $0.contains("klp_shadow_get") }.map { $0.contains("PTR2") } == [false, true, false])
    }

    @Test(arguments: [
        (Generation.linux416, "Duplicate shadow variable <          (null), 1>"),
        (.linux55, "Duplicate shadow variable <0000000000000000, 1>"),
    ])
    func theKernelDoesNotHashTheNullPointer(generation: Generation, line: String) throws {
        let steps = """
              - {shadow: alloc, by: user, object: "NULL", id: 1}
              - {shadow: alloc, by: user, object: "NULL", id: 1}
            """
        #expect(try kernelLines(scenario(steps), generation).contains(line))
    }

    @Test func aLivepatchWhoseLoadFailedCallsNothing() throws {
        let steps = """
              - load: fix
              - {shadow: get, by: fix, object: task, id: 1}
            """
        #expect(throws: SimulationError.self) { try kernelLines(scenario(steps)) }
    }
}
