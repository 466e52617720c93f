import Livepatch
import Scenarios
import Simulation
import Testing

@testable import Laboratory

@Suite("Random scenarios")
struct RandomScenarioTests {
    /// A seed that never changes, and one of this run, by which a failure comes back.
    private static let seeds: [UInt64] = {
        let new = UInt64.random(in: 0...0xFFFF_FFFF)
        print("new seed of this run: \(new)")
        return [1, new]
    }()

    @Test("can be performed and read", arguments: seeds)
    func whole(seed: UInt64) throws {
        for number in 0..<500 {
            try expectPerformable(RandomScenario(seed: seed, number: number).scenario, "seed \(seed), number \(number)")
        }
    }

    @Test("are not alike, do everything that scenarios can, and mostly clean up")
    func variety() throws {
        var texts: Set<String> = []
        var kinds: Set<String> = []
        var cleanCount = 0
        for number in 0..<500 {
            let random = RandomScenario(seed: 1, number: number)
            kinds.formUnion(random.scenario.steps.map(\.action.kind))
            if random.leavesNothingBehind { cleanCount += 1 }
            var unnamed = random.scenario
            unnamed.summary = "a scenario"
            #expect(texts.insert(unnamed.yaml()).inserted, "number \(number)")
        }
        let allowed: Set<String> = [
            "load", "unload", "enable", "disable", "reverse", "force", "block", "unblock", "setPrePatchReturn",
            "complete", "ftrace", "occupy", "vacate", "shadow",
        ]
        #expect(kinds == allowed)
        #expect(cleanCount > 450)
    }

    @Test("mostly do something, and are sometimes refused")
    func lively() throws {
        var operations: [MessageID: Int] = [:]
        var failureCount = 0
        var stepCount = 0
        for number in 0..<200 {
            let simulation = try Simulation(
                of: RandomScenario(seed: 2, number: number).scenario, generation: .linux55)
            for message in Set(simulation.lines.compactMap(\.event?.message)) { operations[message, default: 0] += 1 }
            failureCount += simulation.failures.count { $0 != nil }
            stepCount += simulation.failures.count
        }
        for (message, least) in [
            (MessageID.starting, 150), (.reversing, 30), (.canceling, 10), (.refusing, 4), (.incompatible, 3),
            (.stateOutput, 10),
        ] {
            #expect(operations[message, default: 0] >= least, "\(message)")
        }
        #expect((stepCount / 20...stepCount / 3).contains(failureCount))
    }

    @Test("wait for the kernel's signals only if that is allowed")
    func signals() throws {
        var options = RandomScenario.Options()
        options.allowsSignal = true
        let kinds = try (0..<150).flatMap { number in
            let scenario = RandomScenario(seed: 3, number: number, options: options).scenario
            try expectPerformable(scenario, "number \(number)")
            return scenario.steps.map(\.action.kind)
        }
        #expect(kinds.contains("signal"))
    }

    @Test("never carry out a force if that is not allowed")
    func withoutForce() throws {
        let options = RandomScenario.Options(allowsForce: false)
        for number in 0..<150 {
            let scenario = RandomScenario(seed: 3, number: number, options: options).scenario
            let simulation = try Simulation(of: scenario, generation: .linux55)
            #expect(!simulation.lines.contains { $0.event?.message == .forcing }, "number \(number)")
        }
    }

    @Test("have as many steps as they are told, and what it takes to clean up")
    func lengths() {
        for number in 0..<40 {
            let random = RandomScenario(seed: 4, number: number, options: .init(steps: 20...20))
            #expect((18...30).contains(random.scenario.steps.count), "number \(number)")
        }
    }

    @Test("are the same for the same seed, today and tomorrow")
    func pinned() {
        let text = """
            summary: Random scenario 17 of seed 42.
            generations: [linux-5.5]
            livepatches:
              - name: workaround
                objects:
                  - name: vmlinux
                    functions: [down_timeout]
                    callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
                states: [{id: 2, version: 2}]
              - name: hardening
                objects:
                  - name: vmlinux
                    functions: [down_timeout]
                    callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
                states:
                  - id: 1
                    version: 2
                    prints:
                      post_patch: {first: "state 1: changed", taken_over: "state 1: taken over"}
                      pre_unpatch: {first: "state 1: restored", taken_over: "state 1: left to the others"}
            steps:
              - block: down_timeout
              - load: workaround
              - load: hardening
                fails: EBUSY
              - force: hardening
                fails: ENOENT
              - unblock: down_timeout
              - disable: hardening
                fails: ENOENT
              - block: down_timeout
              - unblock: down_timeout
              - disable: workaround
              - unload: workaround

            """
        #expect(RandomScenario(seed: 42, number: 17).scenario.yaml() == text)
        #expect(RandomScenario(seed: 42, number: 17) == RandomScenario(seed: 42, number: 17))
        #expect(RandomScenario(seed: 42, number: 18) != RandomScenario(seed: 43, number: 17))
    }

    @Test("leave a kernel behind that can be used again, unless something stays or a force was carried out")
    func aftermath() throws {
        let text = """
            summary: Two livepatches for one function.
            livepatches:
              - {name: fix, objects: [{name: vmlinux, functions: [down_killable]}]}
              - {name: other, objects: [{name: vmlinux, functions: [down_killable]}]}
            steps:
            """
        let cases = [
            ("load fix, disable fix, unload fix", true), ("load fix, disable fix", false),
            ("load fix!, disable fix, unload fix", true),
            ("load fix!, load other, disable fix, unload fix", true), ("load fix, load other, disable fix", false),
            ("load fix!, reverse fix, unload fix", true), ("load fix!, complete fix, disable fix, unload fix", true),
            ("block down_killable, load fix, disable fix, unload fix", false),
            ("block down_killable, load fix, disable fix, unload fix, unblock down_killable", true),
            ("load fix, block down_killable, disable fix, unblock down_killable, unload fix", true),
            ("block down_killable, load fix, force fix, unblock down_killable, disable fix, unload fix", false),
            ("load fix, force fix, disable fix, unload fix", true),
        ]
        for (steps, isClean) in cases {
            let lines = steps.split(separator: ", ").map { step in
                let pending = step.hasSuffix("!") ? "\n    pending: true" : ""
                return "\n  - " + step.replacing(" ", with: ": ").replacing("!", with: "") + pending
            }
            let scenario = try ScenarioFile.read(text + lines.joined() + "\n", name: "text")
            #expect(scenario.leavesNothingBehind(in: .linux55) == isClean, "\(steps)")
        }
    }

    /// The steps make sense to every part that has to do with them.
    private func expectPerformable(_ scenario: Scenario, _ title: Comment) throws {
        let simulation = try Simulation(of: scenario, generation: .linux55)
        #expect(simulation.failures == scenario.steps.map(\.failure), title)
        #expect(try ScenarioFile.read(scenario.yaml(), name: "text").withoutPlaces == scenario, title)
        #expect(throws: Never.self, title) { try GuestJob(scenario, name: "random") }
        var rehearsal = Rehearsal(manifest: scenario.manifest, generation: .linux55)
        for step in scenario.steps {
            let isAdded = rehearsal.add(step)
            #expect(isAdded, title)
        }
        for livepatch in scenario.manifest.livepatches.values {
            for object in livepatch.objects where object.name == Event.vmlinux {
                let unknown = object.functions.filter { PatchableFunction.named($0) == nil }
                #expect(Set(unknown) == object.missing, title)
            }
        }
        #expect(simulation.races.count <= 3, title)
    }
}

extension Action {
    /// What kind of step it is: the name of the case.
    fileprivate var kind: String { Mirror(reflecting: self).children.first?.label ?? "" }
}
