import Livepatch
import Testing

@testable import mutants

/// What counts as an edit, and what as a mutant that a correct kernel could have printed.
@Suite struct MutantsTests {
    private static let golden = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden"

    private func run(_ path: String) throws -> Run { try #require(Self.runs("\(path)/dmesg.log").first) }

    private static func runs(_ part: String) throws -> [Run] { try Originals(root: golden, wanted: part).runs() }

    private func mutants(_ run: Run, seed: UInt64 = 1) -> [Mutant] {
        var mutator = Mutator(run: run, seed: seed)
        return mutator.mutants()
    }

    @Test func namesAreReplacedAsWholeWords() {
        let text = "test_klp_state2: pre_patch_callback: test_klp_state, test_klp_state"
        #expect(
            Mutator.replacing("test_klp_state", by: "p", in: text) == "test_klp_state2: pre_patch_callback: p, p")
        #expect(
            Mutator.replacing("pre_patch", by: "post_unpatch", in: text)
                == "test_klp_state2: post_unpatch_callback: test_klp_state, test_klp_state")
    }

    @Test func theSameSeedMakesTheSameMutants() throws {
        let run = try run("situations/forced/runs/6.1.192")
        #expect(mutants(run, seed: 5).map(\.text) == mutants(run, seed: 5).map(\.text))
    }

    @Test func stampsStayInOrderWhateverIsSwappedOrMoved() throws {
        let run = try run("situations/module-going-in-transition/runs/6.1.192")
        for mutant in mutants(run) {
            let stamps = mutant.lines.map(\.stamp).filter { !$0.isEmpty }
            #expect(stamps == stamps.sorted(), "\(mutant.kind) of line \(mutant.line + 1)")
        }
    }

    @Test func everyEditChangesOneLine() throws {
        let run = try run("situations/forced/runs/6.1.192")
        for mutant in mutants(run) {
            let difference = mutant.lines.count - run.lines.count
            #expect(
                difference == (mutant.kind == .drop ? -1 : mutant.kind == .duplicate || mutant.kind.isInsertion ? 1 : 0)
            )
            #expect(mutant.lines != run.lines)
        }
    }

    @Test func onlyLivepatchAndCallbackLinesAreEdited() throws {
        let run = try run("situations/printk-edge/runs/6.1.192")
        #expect(run.editable.count == 13)
        #expect(run.sections.count == 4)
    }

    @Test func aModulesOwnLineIsNotFreeOfItsComing() throws {
        let run = try run("callbacks/module-coming/runs/documented-2017")
        let swaps = mutants(run).filter { $0.kind == .swap }
        let withInit = try #require(swaps.first { run.lines[$0.line + 1].message.hasSuffix("_mod_init") })
        let withCommand = try #require(swaps.first { run.lines[$0.line + 1].message.hasPrefix("% ") })
        #expect(!EquivalenceClass.all.contains { $0.covers(withInit, run) })
        #expect(EquivalenceClass.all.contains { $0.covers(withCommand, run) })
    }

    @Test func onlyTheEndsOfWhatIsSeenMayBeLeftOpen() throws {
        let run = try run("situations/same-func-twice/runs/6.1.192")
        let open = mutants(run).filter { !$0.kind.isInsertion && LossRule.allows($0, run) }
        #expect(open.map(\.line) == run.editable.suffix(1))
    }

    @Test func everyPointerAndIdOfALineAboutShadowVariablesIsRenamed() throws {
        let run = try run("selftests/test-shadow-vars-basic-shadow-variable-api/runs/6.1.192")
        let place = try #require(run.events.firstIndex { $0?.message == .shadowGetOrAlloc })
        let own = mutants(run).filter { $0.line == place && !$0.kind.isInsertion }
        #expect(own.count { $0.kind == .renamePointer } == 4)
        #expect(own.count { $0.kind == .renameID } == 1)
        #expect(own.count { [.drop, .duplicate, .swap].contains($0.kind) } == 3)
        #expect(own.count == 8)
    }

    @Test func onlyALookUpOfWhatIsNotThereMayNameAnotherPair() throws {
        let run = try run("selftests/test-shadow-vars-basic-shadow-variable-api/runs/6.1.192")
        let asked = mutants(run).filter { mutant in
            EquivalenceClass.shadowVariables.first?.covers(mutant, run) == true
        }
        #expect(!asked.isEmpty)
        for mutant in asked { #expect(run.lines[mutant.line].message.hasSuffix("= PTR0")) }
        let found = mutants(run).filter { mutant in
            mutant.newEvent?.message == .shadowGet && !run.lines[mutant.line].message.hasSuffix("= PTR0")
        }
        #expect(!found.contains { mutant in EquivalenceClass.all.contains { $0.covers(mutant, run) } })
    }

    @Test func everyClassHasANameOfItsOwnAndAReason() {
        #expect(Set(EquivalenceClass.all.map(\.name)).count == EquivalenceClass.all.count)
        #expect(EquivalenceClass.all.allSatisfy { !$0.statement.isEmpty })
    }
}
