import GoldenCases
import Livepatch
import ReferenceEngine
import Testing

@testable import mutants

/// The logs that are edited, and the edits that add a line or change what a word of it says.
@Suite struct KindsTests {
    private static let golden = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden"

    private func runs(_ part: String) throws -> [Run] { try Originals(root: Self.golden, wanted: part).runs() }

    private func run(_ part: String) throws -> Run { try #require(runs(part).first) }

    private func mutants(_ run: Run, _ kind: EditKind) -> [Mutant] {
        var mutator = Mutator(run: run, seed: 1)
        return mutator.mutants().filter { $0.kind == kind }
    }

    private func isEquivalent(_ mutant: Mutant, _ run: Run) -> Bool {
        EquivalenceClass.all.contains { $0.covers(mutant, run) }
    }

    @Test func everyRunIsEditedInOneRendering() throws {
        let paths = try runs("/runs/").map(\.path)
        let recorded = try GoldenCase.all(below: Self.golden).flatMap(\.runs).filter { !$0.place.hasSuffix("-lab") }
        #expect(paths == recorded.map(\.path).filter { $0.hasSuffix("dmesg.log") })
    }

    @Test func whatSeveralGenerationsPrintAlikeIsEditedOnce() throws {
        let logs = try runs("Golden/callback-kinds/none/expected")
        #expect(Set(logs.map { $0.lines.dropFirst().map(\.text) }).count == logs.count)
        #expect(logs.first?.origin == .predicted(.linux415))
    }

    @Test func aPredictionIsALogFromItsBannerOnWithoutRemarks() throws {
        let run = try run("signal-by-hand/expected.linux-4.16")
        #expect(run.lines.first?.message.hasPrefix("Linux version 4.16.0") == true)
        #expect(!run.lines.contains { $0.message.hasPrefix("#") })
        #expect(Mode.allCases.allSatisfy { run.objection($0) == nil })
    }

    @Test func aDirectionIsExchangedWhereverTheLineNamesIt() throws {
        let run = try run("situations/double-reverse/runs/6.1.192/")
        let texts = mutants(run, .renameDirection).map { $0.lines[$0.line].message }
        let reversals = run.lines.map(\.message).filter { $0.contains("reversing") }
        #expect(!reversals.isEmpty)
        for text in reversals {
            let from =
                text.hasSuffix("from patching to unpatching") ? "unpatching to patching" : "patching to unpatching"
            #expect(texts.contains { $0.contains("reversing") && $0.hasSuffix("from \(from)") })
        }
    }

    @Test func aModuleMayBeMetOnItsWayInOrOutButNotBothWays() throws {
        let run = try run("callbacks/target-module-before-livepatch/runs/documented-2017/")
        let renamed = mutants(run, .renameState)
        let places = run.events.indices.filter { run.events[$0]?.moduleState == .live }
        let first = try #require(places.first)
        let last = try #require(places.last)
        func legal(_ line: Int) -> [ModuleState] {
            renamed.filter { $0.line == line && isEquivalent($0, run) }.compactMap(\.newEvent?.moduleState)
        }
        #expect(legal(first) == [.coming])
        #expect(legal(last) == [.going])
        for line in places.dropFirst().dropLast() { #expect(legal(line).isEmpty) }
    }

    @Test func aForeignDialectIsNoneOfTheLogsOwn() throws {
        let old = try run("modules/two-livepatches/expected.linux-4.12")
        let new = try run("situations/forced/runs/6.1.192/")
        #expect(!mutants(old, .insertDialect).isEmpty && !mutants(new, .insertDialect).isEmpty)
        for mutant in mutants(old, .insertDialect) {
            #expect(mutant.newEvent?.message == .disabling || mutant.words.contains("starting"))
        }
        for mutant in mutants(new, .insertDialect) { #expect(!mutant.words.contains("starting")) }
    }

    @Test func noCallbackOfAReplacedLivepatchIsLegal() throws {
        let run = try run("situations/atomic-replace/expected.linux-5.5")
        let inserted = mutants(run, .insertCallback).filter { $0.newEvent?.patch == "klp_x_b" }
        #expect(!inserted.isEmpty)
        for mutant in inserted { #expect(!isEquivalent(mutant, run)) }
        let rules = inserted.flatMap { Trial.all($0, of: run) }.reduce(into: Set()) { $0.formUnion($1.triggered) }
        #expect(rules.contains(.replacedPatchIsSilent))
    }

    @Test func noPreCallbackIsRunInAReversal() throws {
        let run = try run("situations/double-reverse/runs/6.1.192/")
        let inserted = mutants(run, .insertCallback).filter { $0.words.hasSuffix("(in a reversal)") }
        #expect(!inserted.isEmpty)
        for trial in inserted.flatMap({ Trial.all($0, of: run) }) {
            #expect(trial.isKilled, "\(trial.description)")
            if trial.mode != .steps { #expect(trial.triggered.contains(.reversalRunsNoPreCallbacks)) }
        }
    }

    @Test func aModuleIsAbsentOnlyIfItWouldHavePrinted() throws {
        let run = try run("callbacks/module-coming-and-going/expected")
        let module = "livepatch_callbacks_mod"
        let coming = try #require(run.events.firstIndex { $0?.message == .applying })
        let going = try #require(run.events.firstIndex { $0?.message == .reverting })
        #expect(run.isAbsent(module, at: coming - 1) && run.isAbsent(module, at: going + 1))
        #expect(!run.isAbsent(module, at: going - 1) && !run.isAbsent("another", at: 0))
    }

    @Test func aKernelsWarningIsNoticedByAllModes() throws {
        let run = try run("situations/forced/runs/6.1.192/")
        for mutant in mutants(run, .insertWarning) {
            for trial in Trial.all(mutant, of: run) { #expect(trial.isKilled, "\(trial.description)") }
        }
    }

    @Test func findingsOfTheOriginalAreNotTheMutants() throws {
        let run = try run("situations/forced/runs/6.1.192/")
        let text = run.lines.map(\.text).joined(separator: "\n")
        for mode in Mode.allCases {
            let own = try #require(run.answers[mode])
            #expect(Answer(of: text, run, mode).rules(besides: own).isEmpty)
        }
    }

    @Test func theSeedChoosesTheSampleAndNothingIsLost() throws {
        let run = try run("situations/forced/runs/6.1.192/")
        let all = EditKind.allCases.flatMap { mutants(run, $0) }.map { (run: run, mutant: $0) }
        let samples = [3, 3, 4].map { Sample(of: all, size: 20, seed: $0) }
        let texts = samples.map { $0.chosen.map(\.mutant.text) }
        #expect(texts[0] == texts[1] && texts[0] != texts[2])
        for sample in samples {
            #expect(sample.chosen.count == 20 && sample.rest.count == all.count - 20)
        }
    }
}
