import Testing

@testable import Livepatch

@Suite("Garbage never traps")
struct GarbageTests {
    private let recogniser = Recogniser(
        manifest: Manifest(callbackLines: [.prePatch: ["{patch}{object}", "{moduleState}", "{", "{}"]]))

    @Test(arguments: seeds)
    func randomTextIsReadWithoutATrap(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            feed(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: seeds)
    func partsOfMessagesPutTogetherAreReadWithoutATrap(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let lines = Catalogue.messages.compactMap { $0.template.print($0.randomEvent(&random)) }
        for _ in 0..<2_000 {
            let head = random.one(of: lines, or: "").utf8
            let tail = random.one(of: lines, or: "").utf8
            let cut = Int.random(in: 0...head.count, using: &random)
            let rest = Int.random(in: 0...tail.count, using: &random)
            feed(String(decoding: Array(head.prefix(cut)) + Array(tail.dropFirst(rest)), as: UTF8.self))
        }
    }

    @Test(arguments: seeds)
    func templatesOfGarbageAreReadWithoutATrap(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        for _ in 0..<500 {
            let template = Template(random.text("{}patchobject' :", 0...30))
            let event = template.recognise(random.text("{}patchobject' :", 0...30).utf8, as: .callback)
            if let event { _ = template.print(event) }
        }
    }

    @Test func numbersTooLargeForTheMachineAreNoNumbers() {
        let line = "livepatch: failed to apply patch 'x' to module 'y' (99999999999999999999)"
        #expect(recogniser.recognise(line)?.message == .unknown)
    }

    private func feed(_ line: String) {
        _ = recogniser.recognise(line)
        _ = recogniser.recognise(line, isFromUserSpace: true)
        _ = Command(line)
    }
}
