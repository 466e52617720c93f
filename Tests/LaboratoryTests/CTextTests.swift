import Testing

@testable import Laboratory

@Suite("Pieces of C and of shell")
struct CTextTests {
    @Test(
        "a text becomes a literal that C reads as the same bytes",
        arguments: [
            ("plain", "\"plain\""), ("say \"a\\b\"", "\"say \\\"a\\\\b\\\"\""), ("100 %s", "\"100 %s\""),
            ("tab\there", "\"tab\\011here\""), ("é1", "\"\\303\\2511\""),
        ])
    func literal(text: String, literal: String) {
        #expect(CText.literal(text) == literal)
    }

    @Test("a text becomes one word of the shell")
    func quoted() {
        #expect(GuestSteps.quoted("it's $HOME") == "'it'\\''s $HOME'")
        #expect(GuestSteps.quoted("") == "''")
    }
}
