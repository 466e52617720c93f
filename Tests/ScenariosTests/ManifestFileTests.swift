import Livepatch
import Scenarios
import Testing

/// What a manifest may say, and what reading it gives.
@Suite struct ManifestFileTests {
    @Test func theDocumentedExampleIsRead() throws {
        let manifest = try ManifestFile.read(
            """
            debug_lines: true              # livepatch's debug lines are in the log from its beginning on
            livepatches:
              - name: test_klp_callbacks_demo
                replace: false             # true | false | parameter
                objects:                   # in the order of klp_patch.objs
                  - name: vmlinux
                    callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]
                  - name: test_klp_callbacks_mod
                states:
                  - {id: 1, version: 2}
            modules:
              - name: test_klp_callbacks_mod
                init: test_klp_callbacks_mod_init
                exit: test_klp_callbacks_mod_exit
            callback_lines:
              pre_patch: ["{patch}: about to patch {object}"]
            """, name: "demo.yaml")
        let expected = Manifest(
            livepatches: [
                LivepatchDescription(
                    name: "test_klp_callbacks_demo",
                    objects: [
                        ObjectDescription(name: "vmlinux", callbacks: Set(CallbackKind.allCases)),
                        ObjectDescription(name: "test_klp_callbacks_mod"),
                    ], replace: .fixed(false), states: [StateDescription(id: 1, version: 2)])
            ],
            modules: [
                ModuleDescription(
                    name: "test_klp_callbacks_mod", initLine: "test_klp_callbacks_mod_init",
                    exitLine: "test_klp_callbacks_mod_exit")
            ], debugLines: true, callbackLines: [.prePatch: ["{patch}: about to patch {object}"]])
        #expect(manifest == expected)
    }

    @Test func whatIsLeftOutIsNotKnown() throws {
        let manifest = try ManifestFile.read("livepatches: [{name: p}]", name: "m")
        #expect(manifest.debugLines == nil)
        #expect(manifest.livepatches["p"]?.replace == nil)
        #expect(manifest.livepatches["p"]?.states == nil)
    }

    @Test func anEmptyListOfStatesSaysThatThereAreNone() throws {
        let manifest = try ManifestFile.read("livepatches: [{name: p, states: []}]", name: "m")
        #expect(manifest.livepatches["p"]?.states == [])
    }

    @Test func objectsKeepTheirOrder() throws {
        let manifest = try ManifestFile.read(
            "livepatches: [{name: p, objects: [{name: z}, {name: vmlinux}, {name: a}]}]", name: "m")
        #expect(manifest.livepatches["p"]?.objects.map(\.name) == ["z", "vmlinux", "a"])
    }

    @Test func replaceMayBeDecidedByAParameter() throws {
        let manifest = try ManifestFile.read("livepatches: [{name: p, replace: parameter}]", name: "m")
        #expect(manifest.livepatches["p"]?.replace == .parameter(default: false))
    }

    @Test func theLargestNumbersOfTheKernelAreRead() throws {
        let manifest = try ManifestFile.read(
            "livepatches: [{name: p, states: [{id: 18446744073709551615, version: 4294967295}]}]", name: "m")
        #expect(manifest.livepatches["p"]?.states == [StateDescription(id: UInt.max, version: 4_294_967_295)])
    }

    @Test func starsAndAmpersandsInsideTextsAreNoAliases() throws {
        let manifest = try ManifestFile.read(
            """
            callback_lines:   # a *comment* & more
              pre_patch: ["*{patch}: & {object}", '{patch} isn''t &x in {object}']
              post_patch: ["a *b {patch} c {object}"]
            """, name: "m")
        #expect(manifest.callbackLines[.prePatch]?.count == 2)
    }

    @Test func linesMayEndInCarriageReturnAndNewline() throws {
        let manifest = try ManifestFile.read("debug_lines: false\r\nmodules:\r\n  - name: m\r\n", name: "m")
        #expect(manifest.modules.map(\.name) == ["m"])
        #expect(manifest.debugLines == false)
    }
}
