import Livepatch
import Reconstruction
import Testing

@Suite("Lines group into the sections that klp_mutex protects")
struct GroupingTests {
    private let life =
        Lines.starts("p") + Lines.completes("p") + Lines.startsUnpatching("p") + Lines.completes("p", .unpatching)

    @Test func aWholeLifeHasFourSections() {
        let found = sections(life)
        #expect(
            found.kinds == [
                .enabling(patch: "p"), .completing(patch: "p", .patching), .disabling(patch: "p"),
                .completing(patch: "p", .unpatching),
            ])
        #expect(found.sizes == [4, 3, 3, 3])
        #expect(found.allSatisfy { $0.beginsWithItsFirstLine })
    }

    @Test func withoutDebugLinesTheCallbacksTellTheSections() {
        let found = sections(Lines.withoutDebugLines(life))
        #expect(
            found.kinds == [
                .enabling(patch: "p"), .completing(patch: "p", .patching), .disabling(patch: "p"),
                .completing(patch: "p", .unpatching),
            ])
        #expect(found.sizes == [3, 2, 2, 2])
    }

    @Test func withoutDebugLinesAndCallbacksAStartStandsAlone() {
        let text = Lines.withoutDebugLines(life).split(separator: "\n").filter { !$0.contains("_callback") }
        let found = sections(text.joined(separator: "\n"))
        #expect(
            found.kinds == [
                .enabling(patch: "p"), .completing(patch: "p", .patching), .starting(patch: "p", .unpatching),
                .completing(patch: "p", .unpatching),
            ])
        #expect(found.sizes == [2, 1, 1, 1])
        #expect(!found[2].beginsWithItsFirstLine && !found[3].beginsWithItsFirstLine)
    }

    @Test func aReversalIsASectionOfItsOwn() {
        let found = sections(Lines.starts("p") + Lines.reverses("p") + Lines.completes("p", .unpatching))
        #expect(
            found.kinds == [.enabling(patch: "p"), .reversing(patch: "p"), .completing(patch: "p", .unpatching)])
        #expect(found.sizes == [4, 2, 3])
    }

    @Test func aFailedEnableIsOneSectionUpToItsCompletion() {
        let found = sections(Lines.failure + Lines.starts("q"))
        #expect(found.kinds == [.enabling(patch: "p"), .enabling(patch: "q")])
        #expect(found.sizes == [8, 4])
    }

    @Test func aFailedEnableWithoutDebugLinesIsOneSection() {
        let found = sections(Lines.withoutDebugLines(Lines.failure))
        #expect(found.kinds == [.enabling(patch: "p")])
        #expect(found.sizes == [5])
    }

    @Test func aSectionWithoutItsEndIsEndedByTheNextEnabling() {
        let cut = "livepatch: enabling patch 'p'\nlivepatch: 'p': initializing patching transition\n"
        let found = sections(cut + Lines.starts("q"))
        #expect(found.kinds == [.enabling(patch: "p"), .enabling(patch: "q")])
        #expect(found.sizes == [2, 4])
    }

    @Test func aSectionMayBeginAnywhere() {
        let tail = "q: pre_patch_callback: vmlinux\nlivepatch: 'q': starting patching transition\n"
        let found = sections(tail)
        #expect(found.kinds == [.enabling(patch: "q")])
        #expect(!found[0].beginsWithItsFirstLine)
    }

    @Test(
        arguments: [
            ("livepatch: signaling remaining tasks", Operation.signal),
            ("livepatch: forcing remaining tasks to the patched state", .force),
            ("livepatch: disabling patch 'p'", .disable(patch: "p")),
            (
                "livepatch: Livepatch patch (p) is not compatible with the already installed livepatches.",
                .refuseEnable(patch: "p")
            ),
        ])
    func aLineThatIsAnOperationStandsAlone(line: String, operation: Livepatch.Operation) {
        let found = sections(line + "\n" + line + "\n")
        #expect(found.kinds == [.single, .single])
        #expect(found.allSatisfy { $0.candidates == [operation] })
    }

    @Test func linesOfNoSectionArePassedOver() {
        let text = """
            % insmod p.ko
            livepatch: enabling patch 'p'
            p: tainting kernel with TAINT_LIVEPATCH
            livepatch: klp_try_switch_task: sh:1 is running
            livepatch: 'p': starting patching transition
            """
        #expect(sections(text).sizes == [2])
    }

    @Test func nothingGivesNoSections() {
        #expect(sections("").isEmpty)
        #expect(sections("usb 1-1: new high-speed USB device").isEmpty)
    }
}
