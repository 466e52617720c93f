import Livepatch
import Testing

@Suite("Foreign spellings are recognised and never printed")
struct SpellingTests {
    private let recogniser = Recogniser()

    /// Lines that no released kernel prints in these words, and what they say.
    static let foreign: [(line: String, event: Event)] = [
        ("livepatch: 'x': canceling transition, going to unpatch", Event(.canceling, patch: "x")),
        ("livepatch: 'x: patching complete", Event(.complete, patch: "x", direction: .patching)),
        ("transition: 'x': starting patching transition", starting),
        ("core: 'x': starting patching transition", starting),
        ("[93] transition:klp_start_transition:577: livepatch: 'x': starting patching transition", starting),
        ("transition:klp_start_transition:577: livepatch: 'x': starting patching transition", starting),
        ("<intr> livepatch: 'x': starting patching transition", starting),
        ("livepatch: 'x': starting patching transition     <- here it hangs", starting),
        ("livepatch: 'x': starting patching transition  # first", starting),
        ("livepatch: 'x': starting patching transition \r", starting),
        (
            "kpatch_1: extra pre-patch callback for object: nfs",
            Event(.callback, patch: "kpatch_1", object: "nfs", callback: .prePatch)
        ),
        (
            "kpatch_1: extra post-unpatch callback for object: nfs",
            Event(.callback, patch: "kpatch_1", object: "nfs", callback: .postUnpatch)
        ),
        (
            "klp_x: pre_patch: vmlinux",
            Event(.callback, patch: "klp_x", object: "vmlinux", callback: .prePatch)
        ),
        (
            "klp_x: post_patch: nfs -> [MODULE_STATE_COMING] Full formed, running module_init",
            Event(.callback, patch: "klp_x", object: "nfs", callback: .postPatch, moduleState: .coming)
        ),
    ]
    private static let starting = Event(.starting, patch: "x", direction: .patching)

    @Test(arguments: foreign)
    func aForeignSpellingSaysWhatItMeans(line: String, event: Event) {
        #expect(recogniser.recognise(line) == event)
    }

    @Test(arguments: foreign)
    func aForeignSpellingIsNeverPrinted(line: String, event: Event) {
        for generation in Generation.allCases { #expect(Catalogue.print(event, for: generation) != line) }
    }

    @Test func aDraftsSpellingIsNoGenerationsOwn() {
        let draft = recogniser.identify("livepatch: 'x': canceling transition, going to unpatch")
        #expect(draft != nil && draft?.generations == nil)
        let released = recogniser.identify("livepatch: 'x': canceling patching transition, going to unpatch")
        #expect(released?.generations == .since(.linux415))
    }

    @Test func aLineWithTheKernelsPrefixThatNothingDescribesIsUnknown() {
        let line = "livepatch: the moon is full"
        #expect(recogniser.recognise(line) == Event(.unknown, text: line))
    }

    @Test func callbackLinesOfAManifestAreUnderstood() {
        let own = Recogniser(manifest: Manifest(callbackLines: [.prePatch: ["{patch}: about to patch {object}"]]))
        let event = Event(.callback, patch: "p", object: "nfs", callback: .prePatch)
        #expect(own.recognise("p: about to patch nfs") == event)
        #expect(recogniser.recognise("p: about to patch nfs") == nil)
    }
}
