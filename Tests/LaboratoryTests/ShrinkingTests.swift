import Livepatch
import Scenarios
import Simulation
import Testing

@testable import Laboratory

@Suite("Shrinking")
struct ShrinkingTests {
    @Test(
        "finds the steps that matter: a task falls asleep in a function, and the livepatch that patches it is disabled")
    func blockThenDisable() async throws {
        var count = 0
        for number in 0..<400 where count < 15 {
            let scenario = RandomScenario(seed: 11, number: number).scenario
            guard blocksThenDisables(scenario) else { continue }
            count += 1
            let shrinking = try await shrunk(scenario, blocksThenDisables)
            let small = shrinking.scenario
            // A function of the kernel, or one of a module, which is loaded then.
            let moduleCount = small.manifest.modules.count
            #expect(moduleCount < 2 && small.manifest.livepatches.count == 1, "number \(number)")
            #expect(small.steps.count == 3 + moduleCount, "number \(number)\n\(small.yaml())")
            let objects = small.manifest.livepatches.values.flatMap(\.objects)
            #expect(objects.count == 1 && objects.first?.functions.count == 1, "number \(number)\n\(small.yaml())")
            #expect(objects.first?.callbacks == [], "number \(number)\n\(small.yaml())")
            #expect(small.manifest.livepatches.values.allSatisfy { $0.states == [] && $0.replace == .fixed(false) })
            #expect(small.steps.allSatisfy { !$0.leavesPending })
            #expect(shrinking.isMinimal && shrinking.roundCount <= 20, "number \(number): \(shrinking.roundCount)")
        }
        #expect(count == 15)
    }

    @Test("keeps what the difference is about, whatever it is, with seed", arguments: [UInt64(12), 13])
    func lines(seed: UInt64) async throws {
        let messages: [MessageID] = [
            .reversing, .refusing, .canceling, .incompatible, .stateOutput, .shadowDestructor, .forcing, .reverting,
            .handlerFailed,
        ]
        for (position, message) in messages.enumerated() {
            func prints(_ scenario: Scenario) -> Bool {
                let simulation = try? Simulation(of: scenario, generation: .linux55)
                return simulation?.lines.contains { $0.event?.message == message } == true
            }
            let found = (0..<500).lazy.map { RandomScenario(seed: seed, number: $0).scenario }.first(where: prints)
            let scenario = try #require(found, "\(message)")
            let shrinking = try await shrunk(scenario, prints)
            #expect(prints(shrinking.scenario))
            let most = [3, 2, 1, 2, 1, 4, 4, 3, 2][position]
            #expect(shrinking.scenario.steps.count <= most, "\(message)\n\(shrinking.scenario.yaml())")
        }
    }

    @Test("leaves the scenario alone if nothing less shows it, and says so")
    func nothingLess() async throws {
        let scenario = RandomScenario(seed: 14, number: 1).scenario
        var shrinking = Shrinking(of: scenario)
        await shrinking.run { batch in batch.map { _ in false } }
        #expect(shrinking.scenario == scenario)
        #expect(shrinking.isMinimal)
        #expect(shrinking.triedCount > 10)
    }

    @Test("stops after so many rounds, and says that it is not over")
    func bounded() async throws {
        let scenario = RandomScenario(seed: 14, number: 1).scenario
        var shrinking = Shrinking(of: scenario, batchMaximum: 2, roundsMaximum: 3)
        await shrinking.run { batch in
            #expect(batch.count <= 2)
            return []
        }
        #expect(shrinking.roundCount == 3 && shrinking.triedCount == 6)
        #expect(!shrinking.isMinimal)
    }

    @Test("goes the same way each time")
    func deterministic() async throws {
        let scenario = RandomScenario(seed: 15, number: 3).scenario
        var batches: [[[Scenario]]] = [[], []]
        for run in 0...1 {
            var shrinking = Shrinking(of: scenario)
            await shrinking.run { batch in
                batches[run].append(batch)
                return batch.map { $0.steps.count % 3 != 0 }
            }
        }
        #expect(batches[0] == batches[1])
    }

    @Test("passes on why nobody could tell")
    func failure() async {
        struct Broken: Error, Equatable {}
        var shrinking = Shrinking(of: RandomScenario(seed: 15, number: 3).scenario)
        await #expect(throws: Broken()) {
            try await shrinking.run { _ throws(Broken) in throw Broken() }
        }
    }

    /// Every candidate can be read and performed.
    private func shrunk(_ scenario: Scenario, _ stillDiffers: (Scenario) -> Bool) async throws -> Shrinking {
        var shrinking = Shrinking(of: scenario)
        try await shrinking.run { batch in
            for candidate in batch {
                let simulation = try Simulation(of: candidate, generation: .linux55)
                #expect(simulation.failures == candidate.steps.map(\.failure))
                #expect(try ScenarioFile.read(candidate.yaml(), name: "text").withoutPlaces == candidate)
                _ = try GuestJob(candidate, name: "candidate")
            }
            return batch.map(stillDiffers)
        }
        return shrinking
    }

    private func blocksThenDisables(_ scenario: Scenario) -> Bool {
        scenario.steps.enumerated().contains { number, step in
            guard case .block(let function) = step.action else { return false }
            return scenario.steps.dropFirst(number).contains { later in
                guard case .disable(let patch) = later.action else { return false }
                let objects = scenario.manifest.livepatches[patch]?.objects ?? []
                return objects.contains { $0.functions.contains(function) }
            }
        }
    }
}
