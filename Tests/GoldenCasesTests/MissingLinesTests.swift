import Conformance
import GoldenCases
import Livepatch
import Testing
import Timeline

/// Lines that are not there and could not have been lost.
@Suite struct MissingLinesTests {
    private func verdict(_ text: String, manifest: Manifest = Manifest()) -> Verdict? {
        let source = Source(text: text.utf8, name: "log", index: 0, needles: Needles.including(manifest))
        return source.boots.first.map { Analysis(of: $0, manifest: manifest).verdict }
    }

    private static let messages = [
        "livepatch: enabling patch 'fix'", "livepatch: 'fix': initializing patching transition",
        "fix: pre_patch_callback: vmlinux", "livepatch: 'fix': starting patching transition",
        "livepatch: 'fix': completing patching transition", "fix: post_patch_callback: vmlinux",
        "livepatch: 'fix': patching complete", "livepatch: 'fix': initializing unpatching transition",
        "fix: pre_unpatch_callback: vmlinux", "livepatch: 'fix': starting unpatching transition",
        "livepatch: 'fix': completing unpatching transition",
    ]
    private static let end = "livepatch: 'fix': unpatching complete"
    /// What should stand before the end: the post_unpatch callbacks' lines, and what they say of a state.
    private static let manifest = Manifest(livepatches: [
        LivepatchDescription(
            name: "fix",
            objects: [
                ObjectDescription(name: "vmlinux", callbacks: Set(CallbackKind.allCases)),
                ObjectDescription(name: "nfs", callbacks: [.postUnpatch]),
            ], replace: .fixed(false),
            states: [StateDescription(id: 1, prints: [.postUnpatch: StateOutput("freed")])])
    ])

    @Test("several in a row may be lost without a sign, but not from among records with consecutive numbers")
    func severalInARow() {
        let lines = Self.messages + [Self.end]
        let plain = lines.enumerated().map { "[    1.0000\(10 + $0.offset)] \($0.element)\n" }.joined()
        let numbered = lines.enumerated().map { "6,\($0.offset),\(1000 + $0.offset),-;\($0.element)\n" }.joined()
        #expect(verdict(plain, manifest: Self.manifest) == .inconclusive)
        #expect(verdict(numbered, manifest: Self.manifest) == .violates)
    }

    @Test("a state that was set up within the log is nobody else's, whatever was enabled before the log")
    func stateOfNoStranger() throws {
        let golden = Repository.golden("state-callbacks/some-callbacks")
        let manifest = try golden.scenario().manifest
        let run = try #require(golden.runs.first { $0.place.contains("states-2025") && $0.path.hasSuffix("dmesg.log") })
        let text = try SmallFile.text(of: run.path)
        #expect(verdict(text, manifest: manifest) == .conforms)
        let lines = text.split(separator: "\n").filter { !$0.contains("post_unpatch_callback: state 1") }
        #expect(verdict(lines.joined(separator: "\n") + "\n", manifest: manifest) == .violates)
    }
}
