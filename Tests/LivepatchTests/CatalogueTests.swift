import Testing

@testable import Livepatch

@Suite("The message catalogue recognises what it prints")
struct CatalogueTests {
    private let recogniser = Recogniser()

    @Test(arguments: seeds)
    func everyEventOfEveryGenerationIsRecognisedInItsOwnWords(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        for message in Catalogue.messages where !message.generations.isEmpty {
            for _ in 0..<20 {
                let event = message.randomEvent(&random)
                for generation in message.generations.members {
                    let line = Catalogue.print(event, for: generation)
                    #expect(line != nil, "\(event) has no line in \(generation)")
                    guard let line else { continue }
                    #expect(recogniser.recognise(line) == event, "\(generation): \(line)")
                }
            }
        }
    }

    @Test(arguments: seeds)
    func theGenerationThatPrintsALineIsAmongThoseWhoseWordsTheyAre(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        for message in Catalogue.messages where !message.generations.isEmpty {
            let event = message.randomEvent(&random)
            for generation in message.generations.members {
                guard let line = Catalogue.print(event, for: generation) else { continue }
                let words = recogniser.identify(line)?.generations
                #expect(words?.contains(generation) == true, "\(generation): \(line)")
            }
        }
    }

    @Test func aGenerationPrintsNothingThatItDoesNotKnow() {
        let initializing = Event(.initializing, patch: "x", direction: .patching)
        #expect(Catalogue.print(initializing, for: .linux412) == nil)
        #expect(Catalogue.print(Event(.signaling), for: .linux415) == nil)
        #expect(Catalogue.print(Event(.disabling, patch: "x"), for: .linux412) == nil)
        #expect(Catalogue.print(Event(.incompatible, patch: "x"), for: .linux51) == nil)
    }

    @Test func anEventThatLacksAnArgumentHasNoLine() {
        #expect(Catalogue.print(Event(.enabling), for: .linux55) == nil)
        #expect(Catalogue.print(Event(.starting, patch: "x"), for: .linux55) == nil)
    }

    @Test func aCallbackOfAModuleNamesTheModulesState() {
        let event = Event(.callback, patch: "p", object: "nfs", callback: .preUnpatch, moduleState: .going)
        let line = "p: pre_unpatch_callback: nfs -> [MODULE_STATE_GOING] Going away"
        #expect(Catalogue.print(event, for: .linux55) == line)
        #expect(recogniser.recognise("p: pre_unpatch_callback: nfs -> [MODULE_STATE_GOING] Normal state") == nil)
    }

    @Test func startingIsWordedDifferentlyIn412() {
        let event = Event(.starting, patch: "x", direction: .unpatching)
        #expect(Catalogue.print(event, for: .linux412) == "livepatch: 'x': unpatching...")
        #expect(Catalogue.print(event, for: .linux415) == "livepatch: 'x': starting unpatching transition")
        #expect(recogniser.identify("livepatch: 'x': unpatching...")?.generations == .only(.linux412))
    }

    @Test func transitionsAreToldAtTheKernelsLevels() {
        #expect(Catalogue.level(of: .starting, for: .linux55) == 5)
        #expect(Catalogue.level(of: .initializing, for: .linux55) == 7)
        #expect(Catalogue.level(of: .enableFailed, for: .linux55) == 4)
        #expect(Catalogue.level(of: .incompatible, for: .linux55) == 3)
        #expect(Catalogue.level(of: .initializing, for: .linux412) == nil)
    }
}
