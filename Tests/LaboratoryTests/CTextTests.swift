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

    @Test(
        "what C takes for a name is told from what it does not",
        arguments: [
            ("driver_read", true), ("_x9", true), ("Z", true), ("", false), ("9x", false), ("foo.part.0", false),
            ("do$it", false), ("é", false), ("a b", false), ("`", false), ("@", false), ("[", false), ("{", false),
        ])
    func identifier(name: String, isIdentifier: Bool) {
        #expect(CText.isIdentifier(name) == isIdentifier)
    }

    @Test("a text becomes one word of the shell")
    func quoted() {
        #expect(GuestSteps.quoted("it's $HOME") == "'it'\\''s $HOME'")
        #expect(GuestSteps.quoted("") == "''")
    }
}
