import Scenarios
import Testing

@testable import Laboratory

@Suite("Steps for the guest")
struct GuestStepsTests {
    /// The commands of the steps, without markers and notes.
    static func commands(_ steps: String, modules: String = "") throws -> [String] {
        let text = """
            summary: Steps.
            \(modules)
            livepatches:
              - name: fix
                replace: parameter
                objects:
                  - {name: vmlinux, functions: [down_killable], callbacks: [pre_patch]}
                  - {name: driver, functions: [driver_read], callbacks: [pre_patch]}
            steps:
            \(steps)
            """
        let job = try GuestJob(try ScenarioFile.read(text, name: "test"), name: "test")
        return (job.files["steps"] ?? "").split(separator: "\n").map(String.init).filter { !$0.hasPrefix("step ") }
    }

    static let driver = "modules: [{name: driver, init: driver_init, exit: driver_exit}]"

    @Test("a step that leaves a transition pending is held from before it until the next one is done")
    func held() throws {
        #expect(
            try Self.commands("  - load: fix\n    pending: true\n  - disable: fix\n  - unload: fix") == [
                "hold", "load fix.ko", "must_be_pending", "put /sys/kernel/livepatch/fix/enabled 0", "release",
                "settle 60",
                "unload fix", "settle 60",
            ])
    }

    @Test(
        "a reversal that is left pending has a task of its own to hold it: the first one is on the right side already")
    func reversed() throws {
        let steps = ["load", "disable", "enable"].map { "  - \($0): fix\n    pending: true\n" }.joined()
        let commands = try Self.commands(steps + "  - complete: fix")
        #expect(commands.filter { $0 == "hold" }.count == 3)
        #expect(commands.suffix(3) == ["release", "settle 60", "settle 60"])
    }

    @Test("what begins to matter later is held from the beginning of the transition on")
    func fromTheBeginning() throws {
        let steps = """
              - load: driver
              - block: driver_read
              - load: fix
              - unload: driver
                pending: true
              - disable: fix
            """
        #expect(
            try Self.commands(steps, modules: Self.driver) == [
                "load driver.ko", "settle 60", "sleep_in driver_read", "settle 60", "hold", "load fix.ko",
                "linger 1500",
                "unload driver", "must_be_pending", "put /sys/kernel/livepatch/fix/enabled 0", "release", "settle 60",
            ])
    }

    @Test("a transition that a task holds up is given time to complete, and must not")
    func blocked() throws {
        let commands = try Self.commands("  - block: down_killable\n  - load: fix\n  - unblock: down_killable")
        #expect(
            commands == [
                "sleep_in down_killable", "settle 60", "load fix.ko", "linger 1500", "wake down_killable", "settle 60",
            ])
    }

    @Test("parameters are those that the modules have, whatever the scenario's text says")
    func parameters() throws {
        let steps = """
              - load: fix
                parameters: verbose=1
                replace: true
                pre_patch_ret: 0
              - {set: fix, object: driver, pre_patch_ret: -ENODEV}
              - load: driver
                init_ret: -EINVAL
            """
        let commands = try Self.commands(steps, modules: Self.driver)
        #expect(commands.contains("load fix.ko replace=1 pre_patch_ret=0"))
        #expect(commands.contains("put /sys/module/fix/parameters/pre_patch_ret_1 -19"))
        #expect(commands.contains("load driver.ko init_ret=-22"))
    }

    @Test("what a module prints as it goes is given to it before")
    func farewell() throws {
        let steps = "  - load: driver\n  - unload: driver\n    prints: [\"driver: it's over\"]"
        #expect(try Self.commands(steps, modules: Self.driver).contains("lab farewell driver 'driver: it'\\''s over'"))
    }

    @Test("what the lab cannot do is refused with what it can")
    func refused() throws {
        let text = """
            summary: A function that the lab does not know.
            livepatches:
              - {name: fix, objects: [{name: vmlinux, functions: [schedule]}]}
            steps:
              - load: fix
            """
        let error = #expect(throws: Unperformable.self) {
            try GuestJob(try ScenarioFile.read(text, name: "test"), name: "test")
        }
        #expect(error == .unknownFunction("schedule", "fix"))
        #expect(error?.description.contains("down_killable") == true)
    }
}
