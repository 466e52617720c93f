import Livepatch
import Reconstruction
import Testing

@Suite("A section names every operation that could have printed it")
struct CandidateTests {
    private func only(_ text: String) -> Section? {
        let found = sections(text)
        #expect(found.count == 1)
        return found.first
    }

    @Test func anEnablingStarted() {
        let candidates = only(Lines.starts("p"))?.candidates
        #expect(candidates == [.enable(patch: "p", outcome: .started), .reverse(patch: "p")])
    }

    @Test func aDisablingMayBeAReversal() {
        #expect(only(Lines.startsUnpatching("p"))?.candidates == [.disable(patch: "p"), .reverse(patch: "p")])
    }

    @Test func aReversalIsOne() {
        #expect(only(Lines.reverses("p"))?.candidates == [.reverse(patch: "p")])
    }

    @Test(arguments: Direction.allCases)
    func aCompletionIsOne(direction: Direction) {
        #expect(only(Lines.completes("p", direction))?.candidates == [.completeTransition(patch: "p")])
    }

    @Test func aStartAloneIsAnEnableOrDisableOrAReversal() {
        #expect(
            only("livepatch: 'p': starting patching transition")?.candidates
                == [.enable(patch: "p", outcome: .started), .reverse(patch: "p")])
        #expect(
            only("livepatch: 'p': starting unpatching transition")?.candidates
                == [.disable(patch: "p"), .reverse(patch: "p")])
    }

    @Test func aFailedEnableMayHaveFailedAtEveryKnownObject() {
        let section = only(Lines.failure)
        let candidates = section?.candidates { $0 == "p" ? ["vmlinux", "nfs"] : [] } ?? []
        for object in ["vmlinux", "nfs"] {
            #expect(candidates.contains(.enable(patch: "p", outcome: .prePatchFailed(object: object))))
            #expect(candidates.contains(.enable(patch: "p", outcome: .patchObjectFailed(object: object))))
        }
        #expect(candidates.contains(.enable(patch: "p", outcome: .failed)))
        #expect(Set(candidates).count == candidates.count)
    }

    @Test func theObjectThatALineNamesMayHaveFailedThoughItIsNotKnown() {
        let candidates = only(Lines.failure)?.candidates ?? []
        #expect(candidates.contains(.enable(patch: "p", outcome: .prePatchFailed(object: "vmlinux"))))
    }
}
