import Testing

@testable import Livepatch

@Suite("Lines about states with callbacks are recognised")
struct StateLineTests {
    private let recogniser = Recogniser()

    @Test(
        "as callbacks, by the proposal whose words they are",
        arguments: [
            ("test_klp_state: pre_patch_callback: state 1", CallbackKind.prePatch, 1, Generation.states2025),
            ("test_klp_state2: post_unpatch_callback: state 1 (nope)", .postUnpatch, 1, .states2025),
            ("test_klp_speaker_livepatch: applause_pre_patch_callback: state 10", .prePatch, 10, .states2025),
            (
                "test_klp_speaker_livepatch2: applause_post_unpatch_callback: state 11 (nope)", .postUnpatch, 11,
                .states2025
            ),
            ("test_klp_state: setup_state_callback: state 1", .prePatch, 1, .states2023),
            ("test_klp_state: enable_state_callback: state 1", .postPatch, 1, .states2023),
            ("test_klp_speaker_livepatch: disable_applause_callback: state 1", .preUnpatch, 1, .states2023),
            ("test_klp_speaker_livepatch: release_applause_callback: state 1", .postUnpatch, 1, .states2023),
        ])
    func callbacks(line: String, kind: CallbackKind, id: Int, proposal: Generation) throws {
        let found = try #require(recogniser.identify(line))
        #expect(found.event.message == .stateCallback)
        #expect(found.event.callback == kind)
        #expect(found.event.number == id)
        #expect(found.generations == .only(proposal))
    }

    @Test(
        "as what a callback or a destructor prints",
        arguments: [
            (
                "test_klp_state: allocate_loglevel_state: allocating space to store console_loglevel",
                MessageID.stateOutput
            ),
            ("test_klp_speaker_livepatch: applause_pre_patch_callback: forcing err: -ENODEV", .stateOutput),
            ("test_klp_speaker_livepatch: setup_applause_callback: forcing err: -ENODEV", .stateOutput),
            ("test_klp_speaker_livepatch: applause_shadow_dtor: freeing applause [] (nope)", .stateDestructor),
            (
                "test_klp_state: shadow_conosle_loglevel_dtor: freeing space for the stored console_loglevel",
                .stateDestructor
            ),
            ("livepatch: The livepatch 'p' does not support disable", .disableBlocked),
        ])
    func output(line: String, message: MessageID) {
        #expect(recogniser.recognise(line)?.message == message)
    }

    @Test(
        "as a module's own output, which says nothing of livepatch",
        arguments: [
            "test_klp_speaker: speaker_welcome: Hello, World! <--- from blocked doors",
            "test_klp_speaker_livepatch: lp_speaker_welcome: [APPLAUSE] Ladies and gentleman, ...",
            "test_klp_speaker_livepatch: livepatch_speaker_welcome: Ladies and gentleman, ...",
            "test_klp_speaker_livepatch: livepatch_call_speaker: Calling speaker (fixed).",
            "test_klp_speaker: block_doors_func: Going to block doors.",
            "test_klp_speaker_livepatch: lp_block_doors_func: Going to block doors (fixed).",
            "test_klp_speaker: do_block_doors: Started blocking doors.", "test_klp_speaker: The doors are not blocked.",
            "test_klp_state2: block_state_disable_get: Disable transition is blocked by state: 1",
        ])
    func moduleOutput(line: String) {
        #expect(recogniser.recognise(line)?.message == .moduleOutput)
    }

    @Test func aDestructorIsKnownInFullOrByItsParts() throws {
        let seen = try #require(recogniser.recognise("p: state_dtor: freeing it"))
        #expect(seen.saysTheSame(as: Event(.stateDestructor, patch: "p", text: "state_dtor: freeing it")))
        #expect(!seen.saysTheSame(as: Event(.stateDestructor, patch: "p", text: "state_dtor: freeing that")))
    }

    @Test func parametersDecideWhichStatesATestModuleHas() throws {
        let modules = ParameterisedLivepatch.testModules(of: .states2025)
        let speaker = try #require(modules["test_klp_speaker_livepatch2"])
        #expect(speaker.states(with: []).isEmpty)
        #expect(speaker.states(with: ["applause2=1"]).map(\.id) == [11])
        #expect(speaker.states(with: ["replace=1", "applause", "applause2=y"]).map(\.id) == [10, 11])
        let logLevel = try #require(modules["test_klp_state"])
        #expect(logLevel.states(with: ["no_state=1"]).isEmpty)
        #expect(logLevel.states(with: ["no_state=0"]).map(\.blocksDisable) == [false])
        #expect(logLevel.states(with: ["state_block_disable=1"]).map(\.blocksDisable) == [true])
    }
}
