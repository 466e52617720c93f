import Testing

@testable import KernelLog

@Suite struct JSONTests {
    @Test func aDocumentCutOffIsReadAsFarAsItGoes() {
        let whole = Array(OneRun.json.utf8)
        for length in 0..<whole.count {
            let reading = read(Array(whole.prefix(length)), needles: ["klp_x"], format: .dmesgJSON)
            #expect(OneRun.messages.starts(with: reading.messages), "\(length) bytes")
            #expect(reading.summary.problems.contains { $0.kind == .truncatedJSON } == (length > 0))
        }
        #expect(read(whole, needles: ["klp_x"]).summary.problems.isEmpty)
    }

    @Test func aDocumentWithoutItsHeadIsRead() {
        let tail = OneRun.json.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(5)
        let reading = read(tail.joined(separator: "\n"), needles: ["klp_x"])
        #expect(reading.summary.format == .dmesgJSON)
        #expect(reading.messages == Array(OneRun.messages.dropFirst()))
    }

    @Test func compactDocumentsAndNewerFieldsAreRead() {
        let reading = read(
            #"{"dmesg":[{"fac":"kern","pri":"info","time":1.5},{"pri":12,"time":2.000001,"caller":"T31","msg":"patch"}]}"#
        )
        #expect(reading.messages == ["patch"])
        #expect(reading.records.first?.caller == "T31")
        #expect(reading.records.first?.facility == 1)
        let decoded = read(
            #"{"dmesg":[{"fac":"user","pri":"warn","time":"Sat Nov 21 03:12:39 2026","msg":"patch"}]}"#)
        #expect(decoded.records.first?.facility == 1 && decoded.records.first?.level == 4)
        #expect(decoded.records.first?.time?.clock == .calendar)
    }

    @Test(arguments: [
        (#"\u0000a"#, "a"), (#"\ud83d\ude00"#, "😀"), (#"\ud83d"#, "\u{FFFD}"), (#"\ude00x"#, "\u{FFFD}x"),
        (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\uZZZZ"#, "\u{FFFD}ZZZZ"), (#"\"\\\/\n\t"#, "\"\\/\n\t"),
        ("\u{1B}", "\u{1B}"),
    ])
    func escapesOfEveryKindAreRead(escaped: String, text: String) {
        let reading = read("{\"dmesg\":[{\"pri\":6,\"time\":1.000000,\"msg\":\"patch \(escaped)\"}]}")
        #expect(reading.messages == ["patch " + text])
    }

    @Test func bytesThatAreNoTextAreRepaired() {
        let bytes =
            Array("{\"dmesg\":[{\"pri\":6,\"time\":1.000000,\"msg\":\"patch ".utf8) + [0xFF] + Array("\"}]}".utf8)
        #expect(read(bytes).messages == ["patch \u{FFFD}"])
    }

    @Test func deepNestingIsPassedOver() {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let object = JSONObject(in: Array("{\"a\":\(deep),\"b\":1}".utf8).span, at: 0)
        #expect(object.isWhole)
        #expect(object.bytes("b") == Array("1".utf8))
    }
}
