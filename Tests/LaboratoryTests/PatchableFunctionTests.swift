import Testing

@testable import Laboratory

@Suite("Functions of vmlinux that the lab can patch")
struct PatchableFunctionTests {
    @Test("each is known once")
    func unique() {
        #expect(Set(PatchableFunction.all.map(\.name)).count == PatchableFunction.all.count)
    }

    @Test("no new function calls a function that a livepatch may replace too")
    func independent() {
        for function in PatchableFunction.all {
            let words = function.body.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            #expect(words.allSatisfy { PatchableFunction.named($0) == nil }, "\(function.name)")
        }
    }
}
