import Livepatch
import ReferenceEngine
import Scenarios
@testable import Simulation
import TestSupport
import Testing

@testable import Exploration

@Suite("An exploration finds every state, and no other")
struct ExactnessTests {
    @Test(arguments: Example.all, [Generation.linux40, .linux416, .linux55, .states2023, .shadowTypes2022])
    func itFindsWhatAPlainSearchFinds(yaml: String, generation: Generation) throws {
        let subject = try subject(yaml, generation)
        for depth in 0...3 { expectAgreement(subject, depth: depth) }
    }

    @Test func itFindsWhatAPlainSearchFindsInRandomScenarios() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomSubject(seed: seed)
        for number in 0..<60 { expectAgreement(random.make(), depth: 3, "scenario \(number) of seed \(seed)") }
    }

    @Test func itFindsTheSameWithoutInvariants() throws {
        let subject = try subject(Example.replacement)
        expectAgreement(subject, invariants: [], depth: 3)
    }

    @Test func aWayThatBreaksAnInvariantIsAShortestOne() throws {
        for (yaml, generation) in [
            (Example.oneFunction, Generation.linux55), (Example.states, .states2023), (Example.states, .states2025),
            (Example.types, .shadowTypes2022),
        ] {
            let exploration = try explored(yaml, generation)
            #expect(!exploration.violations.isEmpty)
            for violation in exploration.violations {
                #expect(broken(exploration.subject, depth: violation.steps.count - 1, violation.invariant) == false)
                #expect(broken(exploration.subject, depth: violation.steps.count, violation.invariant) == true)
            }
        }
    }

    @Test func aWayIsAScenarioThatDoesWhatItSays() throws {
        for (yaml, generation) in [(Example.oneFunction, Generation.linux55), (Example.states, .states2023)] {
            let exploration = try explored(yaml, generation)
            for violation in exploration.violations {
                let text = violation.scenario(of: exploration.subject).yaml(comments: ["The shortest way."])
                let scenario = try ScenarioFile.read(text, name: "way.yaml")
                #expect(scenario.generations == [generation])
                _ = try Simulation(of: scenario, generation: generation)
            }
        }
    }

    private func broken(_ subject: Subject, depth: Int, _ invariant: Invariant) -> Bool {
        var search = NaiveSearch(of: subject, invariants: Invariant.promised(by: subject.generation))
        search.run(depth: depth)
        return search.broken.contains(invariant.name)
    }

    private func expectAgreement(
        _ subject: Subject, invariants: [Invariant]? = nil, depth: Int, _ comment: String = ""
    ) {
        let asked = invariants ?? Invariant.promised(by: subject.generation)
        var exploration = Exploration(of: subject, invariants: asked, limits: Exploration.Limits(depth: depth))
        exploration.run()
        var search = NaiveSearch(of: subject, invariants: asked)
        search.run(depth: depth)
        #expect(
            search.states == exploration.progress.states, "\(comment), \(subject.generation.rawValue), \(depth) steps")
        #expect(search.agrees(with: exploration), "\(comment), \(subject.generation.rawValue), \(depth) steps")
        #expect(search.broken == exploration.broken, "\(comment)")
    }
}

@Suite("How far an exploration goes")
struct BoundTests {
    @Test func withoutABoundItEndsWithEverything() throws {
        let exploration = try explored(Example.module)
        #expect(exploration.progress.end == .everything)
        #expect(try explored(Example.module, depth: 100).progress.states == exploration.progress.states)
    }

    @Test func aBoundOnStepsIsKept() throws {
        let exploration = try explored(Example.module, depth: 2)
        #expect(exploration.progress.end == .depth && exploration.progress.depth == 2)
    }

    @Test func aBoundOnStatesIsKept() throws {
        var exploration = Exploration(
            of: try subject(Example.module), invariants: Invariant.all, limits: Exploration.Limits(states: 40))
        exploration.run()
        #expect(exploration.progress.end == .states && exploration.progress.states == 40)
    }

    @Test func itStopsWhenItIsAskedTo() throws {
        var exploration = Exploration(of: try subject(Example.module), invariants: Invariant.all)
        exploration.run { $0.states > 20 }
        #expect(exploration.progress.end == .stopped)
    }

    @Test func eachOperationIsTakenOnceAndWhatIsPrintedNotAtAll() throws {
        let subject = try subject(
            """
            summary: The same again.
            livepatches:
              - {name: fix, objects: [{name: vmlinux, functions: [do_work]}]}
            steps:
              - load: fix
                pending: true
              - complete: fix
              - disable: fix
              - load: fix
                fails: EEXIST
              - print: "fix: works"
            """)
        #expect(subject.actions == [.load(module: "fix", LoadOptions()), .disable(patch: "fix")])
    }
}

@Suite("The keys of states")
struct StateKeyTests {
    /// A key has room for every name of a scenario.
    @Test func namesAreToldApartHoweverManyThereAre() throws {
        let subject = try subject(Example.oneFunction)
        let monitor = Monitor(subject)
        func objects(_ numbers: some Sequence<Int>) -> [ObjectState] {
            numbers.map { ObjectState(name: "object\($0)", isLoaded: true) }
        }
        func key(_ objects: [ObjectState], _ key: inout StateKey) -> [UInt32] {
            var machine = subject.beginning
            machine.state.patches = [PatchState(name: "fix", isEnabled: true, objects: objects)]
            key.write(machine, monitor)
            return key.words
        }
        var writer = StateKey()
        _ = key(objects(0..<70_000), &writer)
        let keys = [0, 4_095, 4_096, 65_535, 65_536, 69_999].map { key(objects([$0]), &writer) }
        #expect(Set(keys).count == keys.count)
    }
}

@Suite("The table of states")
struct StateTableTests {
    @Test func aKeyIsInsertedOnceWhateverItsHash() {
        var table = StateTable()
        var known: Set<[UInt32]> = []
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let key = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                UInt32.random(in: 0...9, using: &generator)
            }
            #expect(table.contains(key) == known.contains(key), "seed \(seed)")
            #expect(table.insert(key) == known.insert(key).inserted, "seed \(seed)")
        }
        #expect(table.count == known.count)
    }
}
