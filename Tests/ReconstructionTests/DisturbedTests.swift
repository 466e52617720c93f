import Livepatch
import Reconstruction
import TestSupport
import Testing

@Suite("Lines that do not belong where they stand")
struct DisturbedTests {
    private func disturbed(_ lines: String...) -> [Section] { sections(lines.joined(separator: "\n")) }
    private let enabling = "livepatch: enabling patch 'p'"
    private let initializing = "livepatch: 'p': initializing patching transition"
    private let starting = "livepatch: 'p': starting patching transition"
    private let completing = "livepatch: 'p': completing patching transition"
    private let complete = "livepatch: 'p': patching complete"
    private let postPatch = "p: post_patch_callback: vmlinux"

    @Test func anIntruderStaysInTheSectionThatGoesOnAfterIt() {
        let found = disturbed(enabling, initializing, completing, starting)
        #expect(found.kinds == [.enabling(patch: "p")])
        #expect(found.sizes == [4])
    }

    @Test func twoIntrudersStayToo() {
        let found = disturbed(enabling, initializing, completing, postPatch, starting)
        #expect(found.kinds == [.enabling(patch: "p")])
    }

    @Test func aSeamBeforeALineMakesItNoIntruder() {
        let found = disturbed(enabling, initializing, "...", completing, starting)
        #expect(found.first?.observations.count == 2)
        #expect(found.dropFirst().first?.kind == .completing(patch: "p", .patching))
    }

    @Test func enablingIsNeverAnIntruder() {
        let found = disturbed(enabling, initializing, "livepatch: enabling patch 'q'", starting)
        #expect(found.count >= 2 && found[0].observations.count == 2)
        #expect(found[1].kind == .enabling(patch: "q"))
    }

    @Test func aLineWithAWrongNameIsTakenForTheLineThatIsMissing() {
        let found = disturbed(enabling, initializing, "livepatch: 'q': starting patching transition", completing)
        #expect(found.kinds == [.enabling(patch: "p"), .completing(patch: "p", .patching)])
        #expect(found[0].observations.count == 3)
        #expect(found[0].candidates.contains(.enable(patch: "q", outcome: .started)))
        #expect(found[0].candidates.first == .enable(patch: "p", outcome: .started))
    }

    @Test func aWrongNameAfterASeamIsAnotherSection() {
        let found = disturbed(enabling, initializing, "...", "livepatch: 'q': starting patching transition")
        #expect(found.kinds == [.enabling(patch: "p"), .starting(patch: "q", .patching)])
    }

    @Test func aRepeatedLineStaysWithItsSection() {
        for line in [enabling, initializing, starting] {
            let lines = [enabling, initializing, starting].flatMap { $0 == line ? [$0, $0] : [$0] }
            let found = sections(lines.joined(separator: "\n"))
            #expect(found.last?.has(.starting) == true, "\(line)")
            #expect(found.map(\.observations.count).reduce(0, +) == 4)
            #expect(found.count == 1, "\(line)")
        }
    }

    @Test func aLineThatComesLateStaysWithItsSection() {
        let late = disturbed(enabling, starting, initializing, completing)
        #expect(late.kinds == [.enabling(patch: "p"), .completing(patch: "p", .patching)])
        #expect(late.sizes == [3, 1])
        let callback = disturbed(completing, complete, postPatch)
        #expect(callback.kinds == [.completing(patch: "p", .patching)])
    }

    @Test func afterASeamNoLineIsLate() {
        let found = disturbed(completing, complete, "...", postPatch)
        #expect(found.sizes == [2, 1])
    }

    @Test func aFailureThatNamesOnlyTheObjectOpensWhatFollows() {
        let failed = "livepatch: pre-patch callback failed for object 'nfs'"
        #expect(disturbed(failed, "livepatch: failed to enable patch 'p'").kinds == [.enabling(patch: "p")])
        let refusing = "livepatch: patch 'p' failed for module 'nfs', refusing to load module 'nfs'"
        #expect(disturbed(failed, refusing).kinds == [.coming(module: "nfs")])
        #expect(disturbed(failed).kinds == [.single])
    }

    @Test(arguments: [UInt64](1...20))
    func noLineIsLostOrDoubledWhateverTheOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let whole =
            Lines.starts("p") + Lines.completes("p") + Lines.failure + Lines.comes("m", "p") + Lines.goes("m", "q")
        let lines = whole.split(separator: "\n").shuffled(using: &random).joined(separator: "\n")
        let grouped = sections(lines).flatMap(\.observations)
        #expect(grouped == observations(lines))
        for section in sections(lines) { #expect(!section.candidates.isEmpty || section.kind == .single) }
    }
}
